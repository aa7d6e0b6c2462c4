"""Tables in a PDF file, as long as they may be; each page repeats their heads."""

from collections.abc import Sequence

from reportlab.lib.colors import Color

from adapters.reports.document import Table
from adapters.reports.lettering import fitted, wrapped
from adapters.reports.pdf_columns import GAP, LARGEST, Row, fitting
from adapters.reports.sheet import HAIRLINE, INK, MUTED, RULE, SMALL, Sheet

HEADING = 11.0

_LEADING = 1.75
_TOGETHER = 12
"""Tables of so few rows are not divided between pages."""


def draw_table(sheet: Sheet, table: Table) -> None:
    """The table with its heading and note."""
    rows = list(table.texts())
    least = len(rows) if len(rows) <= _TOGETHER else 3
    sheet.require(HEADING * 3 + LARGEST * (3 + _LEADING * least))
    sheet.y -= HEADING * 2
    sheet.text(sheet.left, sheet.y, table.heading, HEADING, bold=True)
    sheet.y -= 8
    if rows:
        _Drawn(sheet, table, rows).draw(rows, total=table.total is not None)
    note = table.note if rows else table.empty
    if note:
        sheet.require(SMALL * 2)
        sheet.y -= SMALL * 1.6
        sheet.text(sheet.left, sheet.y, note, SMALL, color=MUTED)


class _Drawn:
    """A table's columns as they lie on a sheet."""

    def __init__(self, sheet: Sheet, table: Table, rows: Sequence[Row]) -> None:
        self._sheet = sheet
        self._columns = columns = table.columns
        self._right = sheet.left + sheet.across / 2 if table.narrow else sheet.right
        self._size, self._widths = fitting(columns, rows, self._right - sheet.left)
        self._heads = [
            list(wrapped(column.title, self._size, across))
            for column, across in zip(columns, self._widths, strict=True)
        ]

    def draw(self, rows: Sequence[Row], *, total: bool) -> None:
        height = self._size * _LEADING
        self._draw_heads()
        for number, row in enumerate(rows, 1):
            if not self._sheet.room(height):
                self._sheet.turn()
                self._draw_heads()
            last = total and number == len(rows)
            if last:
                self._rule(RULE)
            self._draw_row(row, self._sheet.y - self._size * 1.25, bold=last)
            self._sheet.y -= height
            if not last:
                self._rule(HAIRLINE, 0.4)

    def _draw_heads(self) -> None:
        lines = max(map(len, self._heads))
        for at in range(lines):
            self._sheet.y -= self._size * 1.3
            row = [("", *head)[max(0, at - lines + len(head) + 1)] for head in self._heads]
            self._draw_row(row, self._sheet.y, head=True)
        self._sheet.y -= self._size * 0.6
        self._rule(RULE, 0.8)

    def _draw_row(self, row: Row, y: float, *, bold: bool = False, head: bool = False) -> None:
        x, sheet, size = self._sheet.left, self._sheet, self._size
        color = MUTED if head else INK
        for column, text, across in zip(self._columns, row, self._widths, strict=True):
            if column.numeric:
                sheet.text(x + across, y, text, size, bold=bold, flush_right=True, color=color)
            else:
                sheet.text(x, y, fitted(text, size, across, bold), size, bold=bold, color=color)
            x += across + GAP

    def _rule(self, color: Color, weight: float = 0.6) -> None:
        self._sheet.rule(self._sheet.y, color, weight, self._right)
