"""A user's statement, laid out."""

from collections.abc import Iterator
from typing import Any

from adapters.reports.document import Block, Chart, Column, Document, Figure, Figures, Kind, Table
from adapters.reports.figures import count, days, moment, points, signed
from adapters.reports.words import done, one_line, slug
from application.reports.listed import Listed
from application.reports.user_statement import OpenPosition, UserStatement

_MOVEMENTS = (
    Column("Time (UTC)", Kind.TIME),
    Column("Movement"),
    Column("Market", long=True),
    Column("Shares", Kind.SHARES, signed=True),
    Column("Price", Kind.PRICE),
    Column("Fee", Kind.POINTS),
    Column("Amount", Kind.POINTS, signed=True),
    Column("Balance", Kind.POINTS),
)
_RESULTS = (
    Column("Market", long=True),
    Column("Movements", Kind.COUNT),
    Column("Paid", Kind.POINTS),
    Column("Received", Kind.POINTS),
    Column("Fees included", Kind.POINTS),
    Column("Realised profit", Kind.POINTS, signed=True),
)
_POSITIONS = (
    Column("Market", long=True),
    Column("YES shares", Kind.SHARES),
    Column("NO shares", Kind.SHARES),
    Column("LP shares", Kind.SHARES),
    Column("YES price", Kind.PERCENT),
    Column("Cost", Kind.POINTS),
    Column("Value", Kind.POINTS),
    Column("Unrealised profit", Kind.POINTS, signed=True),
)


def statement_document(statement: UserStatement) -> Document:
    """The statement as a document."""
    period, handle = statement.period, statement.handle
    movements = _movements(statement)
    return Document(
        "Statement of account",
        handle,
        f"{moment(period.since)} to {moment(period.until)}",
        [*_blocks(statement), movements],
        movements,
        f"statement-{slug(handle, str(statement.user_id))}-{period.since:%Y-%m-%d}-{period.until:%Y-%m-%d}",
        f"Account {statement.user_id}",
        statement.made_at,
        landscape=True,
    )


def _blocks(statement: UserStatement) -> Iterator[Block]:
    course = statement.course
    yield Figures(list(_figures(statement)))
    caption = f"Balance in points, {days(course.since, course.until)}; times in UTC"
    yield Chart("Balance", caption, Kind.POINTS, course)
    yield _reckoning(statement)
    yield _positions(statement)
    yield _results(statement)


def _figures(statement: UserStatement) -> Iterator[Figure]:
    change = statement.closing.balance - statement.opening.balance
    yield Figure("Opening balance, points", points(statement.opening.balance))
    yield Figure("Closing balance, points", points(statement.closing.balance), f"{signed(change)} in the period")
    yield Figure("Realised profit, points", signed(statement.realised))
    yield Figure("Open positions, points", points(statement.value), f"{signed(statement.unrealised)} unrealised")
    yield Figure("Account value, points", points(statement.account_value), "balance and open positions")


def _reckoning(statement: UserStatement) -> Table:
    flow = statement.flow
    columns = Column(""), Column("Points", Kind.POINTS)
    rows = [
        ("Opening balance", statement.opening.balance),
        ("Granted", flow.granted),
        ("Received in markets", flow.received),
        ("Paid in markets", -flow.paid),
    ]
    note = f"Fees, in what was paid and received: {points(flow.fees)} points."
    return Table(
        "From the opening to the closing balance",
        columns,
        rows,
        ("Closing balance", statement.closing.balance),
        note,
        narrow=True,
    )


def _positions(statement: UserStatement) -> Table:
    total = ("All markets", None, None, None, None, statement.closing.basis, statement.value, statement.unrealised)
    rows = [_position(position) for position in statement.positions.items]
    return Table(
        "Open positions at the end of the period",
        _POSITIONS,
        rows,
        total if rows else None,
        _cut(statement.positions, "market", "markets", "Marked at the price of YES at the end of the period."),
        "No shares were held at the end of the period.",
    )


def _position(position: OpenPosition) -> tuple[str | int | None, ...]:
    return (
        *(one_line(position.title), position.yes or None, position.no or None, position.lp_shares or None),
        *(position.probability, position.basis, position.value, position.value - position.basis),
    )


def _results(statement: UserStatement) -> Table:
    flow = statement.flow
    rows = [
        (
            one_line(result.title),
            result.lines,
            result.flow.paid,
            result.flow.received,
            result.flow.fees,
            result.realised,
        )
        for result in statement.results.items
    ]
    total = ("All markets", None, flow.paid, flow.received, flow.fees, statement.realised)
    return Table(
        "Result by market",
        _RESULTS,
        rows,
        total if rows else None,
        _cut(statement.results, "market", "markets"),
        "Nothing was traded in the period.",
    )


def _movements(statement: UserStatement) -> Table:
    titles = {market_id: one_line(title) for market_id, title in statement.titles.items()}
    rows = [
        (
            *(line.at, done(line.what, line.outcome), titles.get(line.market_id, "") if line.market_id else ""),
            *(line.shares or None, line.price, line.fee or None, line.amount, line.balance),
        )
        for line in statement.lines.items
    ]
    return Table(
        "Movements",
        _MOVEMENTS,
        rows,
        None,
        _cut(statement.lines, "movement", "movements"),
        "Nothing moved in the period.",
    )


def _cut(listed: Listed[Any], one: str, many: str, otherwise: str = "") -> str:
    if listed.whole:
        return otherwise
    return f"The first {len(listed.items):,} of {count(listed.number, one, many)}. {otherwise}".strip()
