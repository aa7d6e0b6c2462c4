"""A report's rows as comma-separated values: points and shares with a decimal point, probabilities from 0 to 1."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from adapters.reports.document import EXACT, Cell, Document, Kind
from application.shared import csv_text

_PLACES = -6
"""Micro-units are millionths, and so are probabilities."""


def csv_file(document: Document) -> bytes:
    """The file; where rows are left out, its last line says so."""
    table = document.records
    rows = ([_cell(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)] for row in table.rows)
    return csv_text.csv_text(_lines([column.title for column in table.columns], rows, table.note)).encode()


def _lines(
    titles: Sequence[str], rows: Iterator[Sequence[csv_text.Cell]], note: str
) -> Iterator[Sequence[csv_text.Cell]]:
    yield titles
    yield from rows
    if note:
        yield [note]


def _cell(kind: Kind, cell: Cell) -> csv_text.Cell:
    if isinstance(cell, int) and (kind in EXACT or kind is Kind.PERCENT):
        return Decimal(cell).scaleb(_PLACES)
    return cell
