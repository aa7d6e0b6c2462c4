"""Pages of a PDF file, filled from top to bottom. Lengths are points of typography."""

from io import BytesIO

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from adapters.reports.document import Document
from adapters.reports.figures import moment
from adapters.reports.lettering import Piece, fitted, pieces, width

INK, MUTED, ACCENT = HexColor("#1b1f24"), HexColor("#57606a"), HexColor("#1f5fa8")
RULE, HAIRLINE = HexColor("#afb8c1"), HexColor("#e3e7eb")

MARGIN, TOP, BOTTOM = 48.0, 44.0, 52.0
SMALL = 7.5

_PAGES = "pages"
"""The name of the number of all pages, which is known at the end."""

rl_config.useA85 = 0  # files need not be ASCII, and are smaller and sooner written as bytes


class _Lettering:
    """All text of a page as one object, which says only what changes: thousands of cells take half the time."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._text: PDFTextObject | None = None
        self._font: tuple[str, float] | None = None
        self._color: Color | None = None

    def put(self, x: float, y: float, piece: Piece, size: float, color: Color) -> None:
        if self._text is None:
            self._text = self._canvas.beginText()
        if color is not self._color:
            self._text.setFillColor(color)
            self._color = color
        if (piece.font, size) != self._font:
            self._text.setFont(piece.font, size)
            self._font = piece.font, size
        self._text.setTextOrigin(x, y)
        self._text.textOut(piece.text)

    def draw(self) -> None:
        """Write what was put on the present page."""
        if self._text is not None:
            self._canvas.drawText(self._text)
        self._text = self._font = self._color = None


class Sheet:
    """Pages with a head and a foot; `y` is how far the present one is filled."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._file = BytesIO()
        self.width, self._height = landscape(A4) if document.landscape else A4
        self.canvas = Canvas(self._file, pagesize=(self.width, self._height), lang="en")
        self._lettering = _Lettering(self.canvas)
        self.canvas.setTitle(f"{document.kind}: {document.title}")
        self.canvas.setAuthor("Presage")
        self.canvas.setSubject(document.reference)
        self.left, self.right = MARGIN, self.width - MARGIN
        self.y = self._height - TOP
        self._foot()

    @property
    def across(self) -> float:
        """The room from left to right."""
        return self.right - self.left

    def room(self, height: float) -> bool:
        """Whether so much fits on the present page."""
        return self.y - height >= BOTTOM

    def require(self, height: float) -> None:
        """Turn the page where so much does not fit."""
        if not self.room(height):
            self.turn()

    def turn(self) -> None:
        """Begin the next page."""
        self._show_page()
        self.y = self._height - TOP
        self._foot()
        head = f"{self._document.kind} · {self._document.title}"
        self.text(self.left, self.y, fitted(head, SMALL, self.across), SMALL, color=MUTED)
        self.y -= 8
        self.rule(self.y)
        self.y -= 14

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: Color = INK,
        flush_right: bool = False,
    ) -> None:
        """A line that begins, or ends, at x."""
        set_in = pieces(text, bold)
        if flush_right:
            x -= size * sum(piece.width for piece in set_in)
        for piece in set_in:
            self._lettering.put(x, y, piece, size, color)
            x += piece.width * size

    def rule(self, y: float, color: Color = RULE, weight: float = 0.6, right: float | None = None) -> None:
        """A line across the page, or to an x."""
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(weight)
        self.canvas.line(self.left, y, right or self.right, y)

    def finished(self) -> bytes:
        """The whole file."""
        number = self.canvas.getPageNumber()
        self._show_page()
        self.canvas.beginForm(_PAGES, 0, -10, 100, 10)
        self.text(0, 0, f"{number:,}", SMALL, color=MUTED)
        self._lettering.draw()
        self.canvas.endForm()
        self.canvas.save()
        return self._file.getvalue()

    def _show_page(self) -> None:
        self._lettering.draw()
        self.canvas.showPage()

    def _foot(self) -> None:
        y = BOTTOM - 22
        self.rule(y + 12, HAIRLINE)
        page = f"Page {self.canvas.getPageNumber():,} of "
        self.text(self.left, y, page, SMALL, color=MUTED)
        self.canvas.saveState()
        self.canvas.translate(self.left + width(page, SMALL), y)
        self.canvas.doForm(_PAGES)
        self.canvas.restoreState()
        told = f"{self._document.reference} · made by Presage on {moment(self._document.made_at)}"
        self.text(self.right, y, told, SMALL, color=MUTED, flush_right=True)
