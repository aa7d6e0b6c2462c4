"""Comma-separated values (RFC 4180) that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

Cell = str | int | Decimal | datetime | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as lines. Text that would begin a formula gets an apostrophe before it, as spreadsheets write text."""
    written = io.StringIO()
    csv.writer(written).writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return cell.isoformat()
        case str() if cell.startswith(_FORMULA):
            return f"'{cell}"
        case _:
            return cell
