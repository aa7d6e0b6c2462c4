"""Pages of a PDF file, filled from top to bottom. Lengths are points of typography."""

from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape

from adapters.reports.document import Document
from adapters.reports.figures import moment
from adapters.reports.lettering import fitted, pieces
from adapters.reports.pdf_canvas import Lettering, Numbered

INK, MUTED, ACCENT = HexColor("#1b1f24"), HexColor("#57606a"), HexColor("#1f5fa8")
RULE, HAIRLINE = HexColor("#afb8c1"), HexColor("#e3e7eb")

MARGIN, TOP, BOTTOM, FOOT = 48.0, 44.0, 52.0, 30.0
SMALL = 7.5


class Sheet:
    """Pages with a head and a foot; `y` is how far the present one is filled."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._file = BytesIO()
        self.width, self._height = landscape(A4) if document.landscape else A4
        self.canvas = Numbered(self._file, (self.width, self._height), "en", self._foot)
        self._lettering = Lettering(self.canvas)
        self.canvas.setTitle(f"{document.kind}: {document.title}")
        self.canvas.setAuthor("Presage")
        self.canvas.setSubject(document.reference)
        self.left, self.right = MARGIN, self.width - MARGIN
        self.y = self._height - TOP

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
        self._show_page()
        self.canvas.save()
        return self._file.getvalue()

    def _show_page(self) -> None:
        self._lettering.draw()
        self.canvas.showPage()

    def _foot(self, number: int, pages: int) -> None:
        self.rule(FOOT + 12, HAIRLINE)
        self.text(self.left, FOOT, f"Page {number:,} of {pages:,}", SMALL, color=MUTED)
        told = f"{self._document.reference} · made by Presage on {moment(self._document.made_at)}"
        self.text(self.right, FOOT, told, SMALL, color=MUTED, flush_right=True)
        self._lettering.draw()
