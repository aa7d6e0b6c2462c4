"""Figures as they are printed: exact, grouped, aligned."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.reports.document import Column, Kind, Table
from adapters.reports.figures import basis_points, count, day, days, moment, percent, places_of, points, signed, stamp
from adapters.reports.words import done, one_line, slug
from domain.accounts.user import GrantReason
from domain.shared.money import MAX_HOLDING
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action

AT = datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("micro", "printed"),
    [
        (0, "0.00"),
        (1, "0.000001"),
        (-1, "−0.000001"),
        (1_000_000, "1.00"),
        (1_500_000, "1.50"),
        (1_234_567, "1.234567"),
        (-999_999, "−0.999999"),
        (1_234_567_890_000_010, "1,234,567,890.00001"),
        (MAX_HOLDING, "1,000,000,000,000.00"),
    ],
)
def test_points(micro: int, printed: str) -> None:
    assert points(micro) == printed


@given(st.integers(-MAX_HOLDING, MAX_HOLDING), st.integers(2, 6))
def test_points_say_the_amount_exactly(micro: int, least: int) -> None:
    places = places_of([micro], least)
    assert least <= places <= 6
    text = points(micro, places).replace(",", "").replace("−", "-")
    whole, fraction = text.split(".")
    assert int(whole + fraction.ljust(6, "0")) == micro
    assert len(fraction) == places
    assert places == least or fraction[-1] != "0"


def test_a_column_has_as_many_places_as_it_needs() -> None:
    columns = Column("", Kind.TEXT), Column("a", Kind.POINTS), Column("b", Kind.SHARES, signed=True)
    table = Table("", columns, [("x", 1_000_000, 5), ("y", 1_230_000, -5_000_000), ("z", None, None)], ("", 0, None))
    assert list(table.texts()) == [
        ["x", "1.00", "+0.000005"],
        ["y", "1.23", "−5.000000"],
        ["z", "–", "–"],
        ["", "0.00", ""],
    ]


@pytest.mark.parametrize(
    ("millionths", "places", "printed"),
    [
        (500_000, 1, "50.0 %"),
        (622_499, 1, "62.2 %"),
        (622_500, 1, "62.3 %"),
        (622_345, 2, "62.23 %"),
        (999_499, 1, "99.9 %"),
        (999_500, 1, ">99.9 %"),
        (500, 1, "0.1 %"),
        (499, 1, "<0.1 %"),
        (0, 2, "<0.01 %"),
        (1_000_000, 2, ">99.99 %"),
    ],
)
def test_percentages(millionths: int, places: int, printed: str) -> None:
    assert percent(millionths, places) == printed


def test_fees_and_counts() -> None:
    assert [basis_points(bps) for bps in (0, 5, 50, 200, 1_250, 10_000)] == [
        *("0 %", "0.05 %", "0.5 %", "2 %", "12.5 %", "100 %"),
    ]
    assert (count(1, "trade", "trades"), count(1_000, "trade", "trades")) == ("1 trade", "1,000 trades")
    assert (signed(1), signed(0), signed(-1)) == ("+0.000001", "0.00", "−0.000001")


def test_times_are_in_utc() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    assert (day(elsewhere), moment(elsewhere)) == ("1 March 2026", "1 March 2026, 23:59 UTC")
    assert stamp(elsewhere) == "2026-03-01 23:59:59"
    assert days(AT, AT) == "1 March 2026"
    assert days(AT, AT + timedelta(days=31)) == "1 March 2026 to 1 April 2026"


def test_everything_that_happens_has_a_name() -> None:
    names = {done(what, None) for what in (*Action, *GrantReason)}
    assert len(names) == len(Action) + len(GrantReason)
    assert done(Action.BUY, Outcome.NO) == "Bought NO"
    assert done(Action.PAYOUT, Outcome.NO) == "Payout"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Will it rain?", "will-it-rain"),
        ("Łódź, Ärger & Čapek", "odz-arger-capek"),
        ("../../etc/passwd", "etc-passwd"),
        ('"; rm -rf', "rm-rf"),
        ("日本", "an id"),
        ("", "an id"),
        ("x" * 39 + " y", "x" * 39),
        ("x" * 99, "x" * 40),
        ("Will our next release ship before the end?", "will-our-next-release-ship-before-the"),
    ],
)
def test_a_file_has_a_plain_name(text: str, name: str) -> None:
    assert slug(text, "an id") == name


def test_a_title_is_one_line() -> None:
    assert one_line(" Will\n it\t rain?\u2028") == "Will it rain?"
