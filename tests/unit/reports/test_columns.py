"""Columns that fit the page, whatever is in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.reports.document import Column, Kind
from adapters.reports.figures import points
from adapters.reports.lettering import width
from adapters.reports.pdf_columns import GAP, LARGEST, SMALLEST, fitting
from domain.shared.money import MAX_HOLDING

COLUMNS = (
    *(Column("Time (UTC)", Kind.TIME), Column("Movement"), Column("Market", long=True)),
    *(Column(name, Kind.POINTS) for name in ("Shares", "Price", "Fee", "Amount", "Balance")),
)
LANDSCAPE = 745.0


def row(amount: int, title: str) -> list[str]:
    return ["2026-03-01 12:00:00", "Removed liquidity", title, *[points(amount, 6)] * 5]


@settings(deadline=None)  # the fonts are read at the first use
@given(st.integers(-MAX_HOLDING, MAX_HOLDING), st.text(st.characters(exclude_categories=["C"]), max_size=300))
def test_they_fill_the_page_and_no_more(amount: int, title: str) -> None:
    size, widths = fitting(COLUMNS, [row(amount, title)], LANDSCAPE)
    assert SMALLEST <= size <= LARGEST
    assert sum(widths) + GAP * (len(COLUMNS) - 1) == pytest.approx(LANDSCAPE)
    for column, across, text in zip(COLUMNS, widths, row(amount, title), strict=True):
        assert across > 0
        if column.kind is not Kind.TEXT:
            assert width(text, size, bold=True) <= across


def test_ordinary_amounts_are_set_in_the_largest_letters() -> None:
    size, widths = fitting(COLUMNS, [row(1_234_567_890, "Will it rain?")] * 3, LANDSCAPE)
    assert size == LARGEST
    assert widths[2] == max(widths)
