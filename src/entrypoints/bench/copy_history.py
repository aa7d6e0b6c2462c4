"""Puts a history into an empty database, with COPY and in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import (
    BOOK_COLUMNS,
    LEDGER_COLUMNS,
    MARKET_COLUMNS,
    POSITION_COLUMNS,
    STAKE_COLUMNS,
    USER_COLUMNS,
    book_row,
    entry_row,
    position_row,
    stake_row,
)
from adapters.postgres.session import Session, session
from domain.accounts.user import PointGrant, User
from domain.shared.ids import MarketId, UserId
from domain.trading.market import Market
from entrypoints.bench.history import BEGINNING, History

PAGE = 5_000
"""Rows in one COPY."""

T = TypeVar("T")
Row = tuple[Any, ...]

_HOLDER = ("market_id", "user_id")
_GRANT_COLUMNS = ("id", "user_id", "amount", "reason", "reference", "granted_at")
_LISTING_COLUMNS = ("title", "description", "category", "probability", "proposed_by", "created_at", "changed_at")


def _quiet(_: int) -> None:
    pass


async def copy_history(engine: AsyncEngine, history: History, progress: Callable[[int], None] = _quiet) -> None:
    """Make the history and write it; `progress` is told of the entries of each page. Raises StoreError."""
    async with session(engine) as opened:
        for orders in _pages(history.orders()):
            entries = [entry for made in orders for entry in made]
            await opened.copy("trade_ledger", LEDGER_COLUMNS, map(entry_row, entries))
            progress(len(entries))
        await _copy(opened, "users", (*USER_COLUMNS, "created_at"), map(_user_row, history.accounts()))
        await _copy(opened, "point_grants", _GRANT_COLUMNS, map(_grant_row, history.grants()))
        await _copy(opened, "markets", MARKET_COLUMNS + _LISTING_COLUMNS, map(_market_row, history.markets.values()))
        await _copy(opened, "liquidity_pools", BOOK_COLUMNS, map(book_row, history.books.values()))
        await _copy(opened, "portfolios", _HOLDER + POSITION_COLUMNS, _held(history.positions, position_row))
        await _copy(opened, "lp_positions", _HOLDER + STAKE_COLUMNS, _held(history.stakes, stake_row))
        await opened.commit()


async def _copy(opened: Session, table: str, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    for page in _pages(rows):
        await opened.copy(table, columns, page)


def _pages(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while page := list(islice(iterator, PAGE)):
        yield page


def _held(held: Mapping[MarketId, Mapping[UserId, T]], row: Callable[[T], Row]) -> Iterator[Row]:
    for market_id, holders in held.items():
        for user_id, what in holders.items():
            yield market_id, user_id, *row(what)


def _user_row(user: User) -> Row:
    return user.id, user.handle, user.role, user.balance, user.active, BEGINNING


def _grant_row(grant: PointGrant) -> Row:
    return grant.id, grant.user_id, grant.amount, grant.reason, grant.reference, grant.granted_at


def _market_row(market: Market) -> Row:
    terms = market.id, market.status, market.closes_at, market.fee_bps, market.lp_fee_bps, market.outcome
    return *terms, market.settled, f"Market {market.id.int}", "", "", 500_000, market.id, BEGINNING, BEGINNING
