"""What a PDF file is written with: pages that know how many they are, and text that is written in one go."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from adapters.reports.lettering import Piece

rl_config.useA85 = 0  # files need not be ASCII, and are smaller and sooner written as bytes


class Numbered(Canvas):
    """Keeps its pages until it is saved; `foot` then hears of each its number and how many there are."""

    def __init__(
        self, file: BytesIO, pagesize: tuple[float, float], lang: str, foot: Callable[[int, int], None]
    ) -> None:
        super().__init__(file, pagesize=pagesize, lang=lang)
        self._foot = foot
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's name
        self._kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        pages = self._kept
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self._foot(number, len(pages))
            super().showPage()
        super().save()


class Lettering:
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
