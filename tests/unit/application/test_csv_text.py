"""CSV that spreadsheets take as it is meant."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from application.shared.csv_text import Cell, csv_text


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain", "plain"),
        ("with, comma", "with, comma"),
        ('with "quotes"', 'with "quotes"'),
        ("two\nlines", "two\nlines"),
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("1=1", "1=1"),
        (-5, "-5"),
        (0, "0"),
        (Decimal("-0.000001"), "-0.000001"),
        (Decimal("1E+9"), "1000000000"),
        (None, ""),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00+00:00"),
    ],
)
def test_a_cell(cell: Cell, written: str) -> None:
    text = csv_text([["before", cell, "after"]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["before", written, "after"]]
    assert text.endswith("\r\n")
