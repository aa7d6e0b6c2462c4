"""The end of a chain: whatever is changed in it is seen, without the entries before it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading import provision, trades
from domain.trading.book import Book, Holding
from domain.trading.cpmm import Outcome
from domain.trading.ledger import LedgerEntry
from domain.trading.market import Market, Status
from domain.trading.orders import AddLiquidity, Buy, Mint
from domain.trading.scene import Scene
from domain.trading.tail import check_tail

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARKET = MarketId(UUID(int=1))


def chain() -> tuple[Book, Sequence[LedgerEntry]]:
    """Four entries: a pool, a buy, sets, a buy."""
    market = Market(MARKET, Status.ACTIVE, NOW + timedelta(days=1), 200, 5_000)
    scene = Scene(market, Book(MARKET), UserId(UUID(int=2)), Holding(1_000 * POINT), NOW)
    made = provision.add_liquidity(scene, AddLiquidity(100 * POINT, 400_000))
    made = made.then(trades.buy(scene.after(made), Buy(Outcome.YES, 5 * POINT)))
    made = made.then(trades.mint(scene.after(made), Mint(POINT)))
    made = made.then(trades.buy(scene.after(made), Buy(Outcome.NO, 7 * POINT)))
    return made.book, made.entries


def found(book: Book, entries: Sequence[LedgerEntry]) -> set[str]:
    return {difference.field for difference in check_tail(book, entries)}


@pytest.mark.parametrize("last", range(1, 5))
def test_an_honest_end_is_clean(last: int) -> None:
    book, entries = chain()
    assert found(book, entries[-last:]) == set()
    assert found(Book(MARKET), []) == set()


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"amount_in": 1}, {"hash"}),
        ({"hash": bytes(32)}, {"hash", "prev_hash"}),
        ({"amount_in": 1, "hash": b""}, {"prev_hash", "collateral_after"}),
        ({"pool_yes_before": 1, "hash": b""}, {"prev_hash", "pool_yes_before"}),
        ({"pool_no_before": 1, "hash": b""}, {"prev_hash", "pool_no_before"}),
        ({"seq": 9, "hash": b""}, {"prev_hash", "seq"}),
    ],
)
def test_an_entry_that_was_changed_or_forged(change: dict[str, Any], seen: set[str]) -> None:
    book, [first, second, *rest] = chain()
    assert found(book, [first, replace(second, **change), *rest]) >= seen


def test_entries_that_are_missing() -> None:
    book, entries = chain()
    assert found(book, [*entries[:1], *entries[2:]]) >= {"seq", "prev_hash"}
    assert found(book, entries[:-1]) >= {"book.seq", "book.head", "book.collateral"}
    assert found(book, []) == {"book.seq", "book.head"}
    forged = replace(entries[0], prev_hash=bytes([1] * 32), hash=b"")
    assert "prev_hash" in found(book, [forged])


@pytest.mark.parametrize("change", [{"seq": 9}, {"head": bytes(32)}, {"collateral": 1}, {"pool": None}])
def test_a_book_that_was_changed(change: dict[str, Any]) -> None:
    book, entries = chain()
    assert found(replace(book, **change), entries) == {f"book.{name}" for name in change}
