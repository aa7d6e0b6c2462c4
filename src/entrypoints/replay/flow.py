"""An order flow: what was asked of which market, when and by whom, and how each market ended.

Two tables in one folder, `orders.csv` and `outcomes.csv`; docs/replay.md describes their columns.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from sys import intern

from domain.shared.errors import Invalid
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.orders import Buy, Sell
from entrypoints.replay.table import read_table

MAX_ORDERS = 1_000_000
"""Orders of one flow; they are kept in memory, about 250 bytes each."""

MAX_MARKETS = 10_000

_ORDER_COLUMNS = ("time", "market", "trader", "action", "outcome", "amount", "shares")
_OUTCOME_COLUMNS = ("market", "title", "category", "outcome", "resolved_at")
_FORMS: Mapping[str, tuple[type[Buy] | type[Sell], str, str]] = {
    "BUY": (Buy, "amount", "shares"),
    "SELL": (Sell, "shares", "amount"),
}
_SIDES = {str(outcome): outcome for outcome in Outcome}
_ENDINGS: Mapping[str, Outcome | None] = {**_SIDES, "CANCELLED": None}
_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class FlowOrder:
    """A row of orders.csv. `quantity` is in µP for a Buy and in micro-shares for a Sell, and may be untradeable."""

    line: int
    time: datetime
    market: str
    trader: str
    form: type[Buy] | type[Sell]
    outcome: Outcome
    quantity: int

    def instruction(self) -> Buy | Sell:
        """What to ask of the exchange. Raises Invalid where the quantity is out of bounds."""
        return self.form(self.outcome, self.quantity)


@dataclass(frozen=True, slots=True)
class FlowMarket:
    """A row of outcomes.csv; the outcome is none where the market was cancelled."""

    name: str
    listing: Listing
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole flow: markets by name, orders in the order of time, and a digest of both files."""

    name: str
    markets: Mapping[str, FlowMarket]
    orders: tuple[FlowOrder, ...]
    digest: bytes

    @property
    def traders(self) -> list[str]:
        """Who ordered, in the order of first sight."""
        return list(dict.fromkeys(order.trader for order in self.orders))


def read_flow(folder: Path) -> Flow:
    """The flow in a folder, every row of it checked. Raises Invalid with the file and line of a malformed row."""
    markets: dict[str, FlowMarket] = {}

    def market(_: int, row: Mapping[str, str]) -> FlowMarket:
        found = _market(row)
        if markets.setdefault(found.name, found) is not found:
            raise ValueError(f"market {found.name[:40]!r} stands in an earlier line; name it once")
        return found

    def order(line: int, row: Mapping[str, str]) -> FlowOrder:
        return _order(line, row, markets)

    _, outcomes_digest = read_table(folder / "outcomes.csv", _OUTCOME_COLUMNS, market, MAX_MARKETS)
    if not markets:
        raise Invalid("FLOW_EMPTY", "outcomes.csv names no market; add a row for each.")
    orders, orders_digest = read_table(folder / "orders.csv", _ORDER_COLUMNS, order, MAX_ORDERS)
    orders.sort(key=attrgetter("time"))  # stable: orders of one moment stay in the order of their lines
    digest = sha256(orders_digest + outcomes_digest).digest()
    return Flow(folder.resolve().name, markets, tuple(orders), digest)


def _market(row: Mapping[str, str]) -> FlowMarket:
    _time(row, "resolved_at")
    outcome = _choice(row, "outcome", _ENDINGS)
    return FlowMarket(_name(row, "market"), Listing(row["title"], category=row["category"]), _ENDINGS[outcome])


def _order(line: int, row: Mapping[str, str], markets: Mapping[str, FlowMarket]) -> FlowOrder:
    form, given, empty = _FORMS[_choice(row, "action", _FORMS)]
    if row[empty]:
        raise ValueError(f"{empty} is {row[empty][:40]!r}; leave it empty for a {row['action']}")
    market = row["market"]
    if market not in markets:
        raise ValueError(f"market {market[:40]!r} is not in outcomes.csv")
    return FlowOrder(
        line,
        _time(row, "time"),
        markets[market].name,
        intern(_name(row, "trader")),
        form,
        _SIDES[_choice(row, "outcome", _SIDES)],
        _micro(row, given),
    )


def _time(row: Mapping[str, str], column: str) -> datetime:
    text = row[column]
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ValueError(f"{column} is {text[:40]!r}; give a time with its zone, such as 2022-11-08T20:15:00Z")
    return time.astimezone(UTC)


def _micro(row: Mapping[str, str], column: str) -> int:
    """A decimal number in micro-units, exactly."""
    text = row[column]
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{column} is {text[:60]!r}; give a number with at most 6 decimals, such as 12.5")
    return int(Decimal(text + "e6"))


def _choice(row: Mapping[str, str], column: str, choices: Iterable[str]) -> str:
    text = row[column]
    if text not in choices:
        raise ValueError(f"{column} is {text[:40]!r}; give {' or '.join(choices)}")
    return text


def _name(row: Mapping[str, str], column: str) -> str:
    text = row[column]
    if not text.strip() or not text.isprintable():
        raise ValueError(f"{column} is {text[:40]!r}; give a name of printable characters")
    return text
