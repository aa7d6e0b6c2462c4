"""A report as a PDF file (ISO 32000), with its chart as lines and its fonts embedded."""

from functools import singledispatch

from reportlab.graphics import renderPDF

from adapters.reports.chart import drawing
from adapters.reports.document import Chart, Document, Facts, Figures, Prose, Table
from adapters.reports.lettering import width, wrapped
from adapters.reports.pdf_table import HEADING, draw_table
from adapters.reports.sheet import ACCENT, HAIRLINE, MUTED, SMALL, Sheet

TEXT = 9.0
TITLE, LONG_TITLE = 20.0, 14.0
FIGURE, SMALLEST_FIGURE = 15.0, 6.0
CHART = 190.0

_LEADING = 1.45
_GAP = 14.0
_LINES_OF_A_TITLE = 2


def pdf(document: Document) -> bytes:
    """The file."""
    sheet = Sheet(document)
    _draw_title(sheet, document)
    for block in document.blocks:
        _draw(block, sheet)
    return sheet.finished()


def _draw_title(sheet: Sheet, document: Document) -> None:
    sheet.y -= SMALL
    sheet.text(sheet.left, sheet.y, document.kind.upper(), SMALL, bold=True, color=ACCENT)
    size, lines = TITLE, list(wrapped(document.title, TITLE, sheet.across, bold=True))
    if len(lines) > _LINES_OF_A_TITLE:
        size, lines = LONG_TITLE, list(wrapped(document.title, LONG_TITLE, sheet.across, bold=True))
    sheet.y -= 6
    for line in lines:
        sheet.y -= size * 1.25
        sheet.text(sheet.left, sheet.y, line, size, bold=True)
    sheet.y -= TEXT * 2
    for line in wrapped(document.subtitle, TEXT, sheet.across):
        sheet.text(sheet.left, sheet.y, line, TEXT, color=MUTED)
        sheet.y -= TEXT * _LEADING


@singledispatch
def _draw(block: object, sheet: Sheet) -> None:
    raise NotImplementedError(f"{block} on {sheet}")


@_draw.register
def _(block: Figures, sheet: Sheet) -> None:
    across = (sheet.across - _GAP * (len(block.items) - 1)) / len(block.items)
    widest = max(width(figure.text, 1, bold=True) for figure in block.items)
    size = max(min(FIGURE, across / widest), SMALLEST_FIGURE)
    beside = [list(wrapped(figure.beside, SMALL, across)) for figure in block.items]
    height = SMALL * 2.6 + FIGURE + SMALL * 1.3 * max(map(len, beside))
    sheet.require(height + 2 * _GAP)
    sheet.y -= 4
    sheet.rule(sheet.y, HAIRLINE)
    top = sheet.y - 4
    for number, figure in enumerate(block.items):
        x = sheet.left + number * (across + _GAP)
        sheet.text(x, top - SMALL * 1.4, figure.label, SMALL, color=MUTED)
        sheet.text(x, top - SMALL * 2 - FIGURE, figure.text, size, bold=True)
        for line, text in enumerate(beside[number]):
            sheet.text(x, top - SMALL * (3.8 + 1.3 * line) - FIGURE, text, SMALL, color=MUTED)
    sheet.y = top - height - SMALL
    sheet.rule(sheet.y, HAIRLINE)


@_draw.register
def _(block: Chart, sheet: Sheet) -> None:
    sheet.require(CHART + HEADING * 4)
    _draw_heading(sheet, block.heading)
    sheet.text(sheet.left, sheet.y, block.caption, SMALL, color=MUTED)
    sheet.y -= CHART + 6
    renderPDF.draw(drawing(block, sheet.across, CHART), sheet.canvas, sheet.left, sheet.y)


@_draw.register
def _(block: Prose, sheet: Sheet) -> None:
    sheet.require(HEADING * 2 + TEXT * 4)
    _draw_heading(sheet, block.heading)
    for line in wrapped(block.text, TEXT, sheet.across):
        sheet.require(TEXT * _LEADING)
        sheet.text(sheet.left, sheet.y, line, TEXT)
        sheet.y -= TEXT * _LEADING


@_draw.register
def _(block: Facts, sheet: Sheet) -> None:
    sheet.require(HEADING * 2 + TEXT * _LEADING * len(block.items))
    _draw_heading(sheet, block.heading)
    names = max(width(name, TEXT) for name, _ in block.items) + _GAP
    for name, text in block.items:
        lines = list(wrapped(text, TEXT, sheet.across - names))
        sheet.require(TEXT * _LEADING * len(lines))
        sheet.text(sheet.left, sheet.y, name, TEXT, color=MUTED)
        for line in lines:
            sheet.text(sheet.left + names, sheet.y, line, TEXT)
            sheet.y -= TEXT * _LEADING


@_draw.register
def _(block: Table, sheet: Sheet) -> None:
    draw_table(sheet, block)


def _draw_heading(sheet: Sheet, heading: str) -> None:
    sheet.y -= HEADING * 2
    sheet.text(sheet.left, sheet.y, heading, HEADING, bold=True)
    sheet.y -= HEADING * 1.4
