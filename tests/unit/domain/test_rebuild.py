"""Rebuilding a market from its ledger: the same figures to the last unit, and every forgery named."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_AMOUNT
from domain.trading.book import Book, Holding
from domain.trading.cpmm import Outcome
from domain.trading.difference import Difference
from domain.trading.ledger import Action, LedgerEntry, content_hash
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY, open_pool
from domain.trading.market import Market
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Merge,
    Mint,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from domain.trading.rebuild import rebuild
from domain.trading.settlement import sweep
from tests.unit.domain.exchange import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    MARKET,
    OPENED,
    POINT,
    TREASURY,
    Exchange,
    an_exchange,
)
from tests.unit.domain.test_prices import NO, YES


def a_busy_exchange() -> Exchange:
    """One market in which every kind of order was placed, and fees were swept."""
    exchange = an_exchange(fee_bps=200, lp_fee_bps=5_000)
    exchange.place(ALICE, AddLiquidity(500 * POINT, 370_000))
    exchange.place(BOB, Buy(YES, 70 * POINT + 1))
    exchange.place(CAROL, BuyShares(NO, 33 * POINT + 333_333))
    exchange.place(BOB, AddLiquidity(123_456_789))
    exchange.place(DAVE, Mint(20 * POINT))
    exchange.place(BOB, Sell(YES, 11_111_111))
    exchange.place(CAROL, SellFor(NO, 5 * POINT + 7))
    exchange.place(ALICE, ClaimFees())
    exchange.place(DAVE, Merge(3 * POINT))
    swept = sweep(exchange.scene(MARKET, TREASURY))
    assert swept is not None
    exchange.keep(TREASURY, swept)
    exchange.place(CAROL, Buy(YES, 9 * POINT))
    exchange.place(BOB, RemoveLiquidity(100_000_000))
    exchange.place(DAVE, CloseOut())
    exchange.place(DAVE, Buy(NO, 40 * POINT))
    return exchange


def settled(outcome: Outcome | None) -> Exchange:
    """That market, paid out."""
    exchange = a_busy_exchange()
    market = exchange.markets[MARKET]
    exchange.markets[MARKET] = market.resolve(outcome) if outcome else market.cancel()
    exchange.settle()
    return exchange


def short_of_collateral() -> Exchange:
    """A cancelled market out of which so much profit was taken that its holders are paid pro rata."""
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(100 * POINT, 500_000))
    for outcome in (YES, NO) * 4:
        exchange.place(CAROL, Buy(outcome, 100 * POINT))
        exchange.place(BOB if outcome is YES else DAVE, Buy(outcome, 300 * POINT))
        exchange.place(CAROL, CloseOut())
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    assert exchange.books[MARKET].collateral < sum(held.basis for held in exchange.positions.values())
    exchange.settle()
    return exchange


def with_a_sale_of_more_than_one_order_may_name() -> Exchange:
    """Proceeds that an order may name, for more shares than it may."""
    exchange = an_exchange()
    exchange.balances[ALICE] = exchange.balances[BOB] = 2 * MAX_AMOUNT
    exchange.place(ALICE, AddLiquidity(MAX_AMOUNT, 500_000))
    exchange.place(BOB, Mint(MAX_AMOUNT))
    exchange.place(BOB, Mint(MAX_AMOUNT))
    entry = exchange.place(BOB, SellFor(YES, MAX_AMOUNT // 2)).entry
    assert entry.yes_before - entry.yes_after > MAX_AMOUNT
    return exchange


EXCHANGES = {
    "a sale beyond what an order by shares may name": with_a_sale_of_more_than_one_order_may_name,
    "trading": a_busy_exchange,
    "resolved YES": lambda: settled(YES),
    "resolved NO": lambda: settled(NO),
    "cancelled": lambda: settled(None),
    "cancelled, short of collateral": short_of_collateral,
}


@dataclass(slots=True)
class Rebuilt:
    """What a ledger gives back."""

    book: Book
    holdings: dict[UserId, Holding] = field(default_factory=dict)
    found: list[Difference] = field(default_factory=list)


def rebuilt(market: Market, entries: Iterable[LedgerEntry]) -> Rebuilt:
    result = Rebuilt(Book(MARKET))
    for entry in entries:
        holding = result.holdings.get(entry.user_id, Holding(0))
        basis = sum(held.position.basis for held in result.holdings.values())
        result.book, result.holdings[entry.user_id], found = rebuild(market, result.book, holding, basis, entry)
        result.found += found
    return result


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_ledger_alone_gives_back_every_figure(name: str) -> None:
    exchange = EXCHANGES[name]()
    result = rebuilt(exchange.markets[MARKET], exchange.entries[MARKET])
    assert result.found == []
    assert result.book == exchange.books[MARKET]
    assert result.holdings.keys() == {entry.user_id for entry in exchange.entries[MARKET]}
    for user_id, holding in result.holdings.items():
        assert holding.position == exchange.positions[MARKET, user_id]
        assert holding.stake == exchange.stakes[MARKET, user_id]


def test_these_ledgers_have_every_action() -> None:
    actions = {entry.action for make in EXCHANGES.values() for entry in make().entries[MARKET]}
    assert actions == set(Action)


FORGED: dict[str, Any] = {
    "market_id": MarketId(UUID(int=7)),
    "user_id": UserId(UUID(int=7)),
    "executed_at": OPENED + timedelta(seconds=1),
    "key": "another",
    "fingerprint": bytes(31) + b"\1",
    "prev_hash": bytes(31) + b"\1",
    "hash": bytes(31) + b"\1",
}


def forged(entry: LedgerEntry, name: str) -> LedgerEntry:
    """An entry with another value in one field, and the hash that it had."""
    found = getattr(entry, name)
    other: Any
    if name == "action":
        other = Action.MINT if found is not Action.MINT else Action.MERGE
    elif name == "outcome":
        other = YES if found is NO else NO
    else:
        other = FORGED[name] if name in FORGED else found + 1
    changes: dict[str, Any] = {"hash": entry.hash, name: other}
    return replace(entry, **changes)


def with_entry(entries: list[LedgerEntry], index: int, entry: LedgerEntry) -> list[LedgerEntry]:
    return [*entries[:index], entry, *entries[index + 1 :]]


@pytest.mark.parametrize("name", [each.name for each in fields(LedgerEntry)])
def test_any_field_changed_in_any_entry_breaks_its_seal(name: str) -> None:
    exchange = settled(YES)
    entries = exchange.entries[MARKET]
    for index, entry in enumerate(entries):
        changed = forged(entry, name)
        result = rebuilt(exchange.markets[MARKET], with_entry(entries, index, changed))
        subject = f"entry {changed.seq} of market {changed.market_id}"
        sealed = Difference(subject, "hash", changed.hash.hex(), content_hash(changed).hex())
        assert sealed in result.found


def resealed(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    """The work of a forger who can write every hash anew."""
    chain: list[LedgerEntry] = []
    for entry in entries:
        chain.append(replace(entry, prev_hash=chain[-1].hash if chain else bytes(32), hash=b""))
    return chain


SAYABLE = {"executed_at", "key", "fingerprint", "user_id"}
"""What only the hashes protect: an order might have said it, or come from another."""


@pytest.mark.parametrize(
    "name", [each.name for each in fields(LedgerEntry) if each.name not in SAYABLE | {"hash", "prev_hash"}]
)
def test_a_forger_who_seals_the_chain_anew_is_found(name: str) -> None:
    exchange = settled(YES)
    entries = exchange.entries[MARKET]
    for index, entry in enumerate(entries):
        result = rebuilt(exchange.markets[MARKET], resealed(with_entry(entries, index, forged(entry, name))))
        assert result.found, f"{entry.action} with another {name}"
        assert all(difference.field != "hash" for difference in result.found)


def test_a_missing_entry_is_found_once_and_named() -> None:
    exchange = a_busy_exchange()
    entries = exchange.entries[MARKET]
    result = rebuilt(exchange.markets[MARKET], entries[:1] + entries[2:])
    assert Difference(f"entry 3 of market {MARKET}", "seq", "3", "2") in result.found
    assert f"entry 5 of market {MARKET}" not in {difference.subject for difference in result.found}


def test_an_entry_that_the_rules_refuse_is_a_difference() -> None:
    exchange = a_busy_exchange()
    entries = exchange.entries[MARKET]
    poor = replace(entries[1], action=Action.REMOVE_LIQUIDITY, lp_before=5, lp_after=0, hash=b"")
    result = rebuilt(exchange.markets[MARKET], [entries[0], poor])
    assert [str(difference) for difference in result.found] == [
        f"entry 2 of market {MARKET}: entry is written, should be refused (Remove no more LP shares than you hold.)"
    ]


@pytest.mark.parametrize("amount", [99, 100, 101, 12_345, 999_999_999_999])
def test_an_opening_is_made_again_at_any_probability(amount: int) -> None:
    for probability in [*range(MIN_PROBABILITY, MAX_PROBABILITY, 4_999), MAX_PROBABILITY]:
        exchange = an_exchange(points=1_000_000)
        exchange.place(ALICE, AddLiquidity(amount, probability))
        result = rebuilt(exchange.markets[MARKET], exchange.entries[MARKET])
        assert result.found == []
        assert result.book.pool == open_pool(amount, probability)
