"""What an order may say, and the fingerprint of what it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import MarketId
from domain.shared.money import MAX_AMOUNT
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.unit.domain.exchange import ALICE, BOB, MARKET, OPENED
from tests.unit.domain.test_prices import NO, YES

QUANTITIES = [
    lambda quantity: Buy(YES, quantity),
    lambda quantity: BuyShares(NO, quantity),
    lambda quantity: Sell(YES, quantity),
    lambda quantity: SellFor(NO, quantity),
    Mint,
    Merge,
    AddLiquidity,
    RemoveLiquidity,
    lambda bound: Buy(YES, 1, min_shares=bound),
    lambda bound: BuyShares(YES, 1, max_cost=bound),
    lambda bound: Sell(YES, 1, min_proceeds=bound),
    lambda bound: SellFor(YES, 1, max_shares=bound),
    lambda bound: CloseOut(min_proceeds=bound),
]
"""Every amount, share count and bound that an instruction names."""

DIFFERENT: list[Instruction] = [
    Buy(YES, 1),
    Buy(NO, 1),
    Buy(YES, 2),
    Buy(YES, 1, min_shares=1),
    BuyShares(YES, 1),
    BuyShares(YES, 1, max_cost=1),
    Sell(YES, 1),
    Sell(YES, 1, min_proceeds=1),
    SellFor(YES, 1),
    SellFor(YES, 1, max_shares=1),
    Mint(1),
    Merge(1),
    CloseOut(),
    CloseOut(min_proceeds=1),
    AddLiquidity(1),
    AddLiquidity(1, probability=500_000),
    RemoveLiquidity(1),
    ClaimFees(),
]


def order(instruction: Instruction, expires_at: datetime | None = None) -> Order:
    return Order(ALICE, MARKET, "key", instruction, expires_at)


@pytest.mark.parametrize("build", QUANTITIES)
@pytest.mark.parametrize("quantity", [0, -1, MAX_AMOUNT + 1, -(10**30), 10**30])
def test_a_quantity_out_of_bounds(build: type[Mint], quantity: int) -> None:
    with pytest.raises(Invalid) as refused:
        build(quantity)
    assert refused.value.code == "AMOUNT_OUT_OF_BOUNDS"


@pytest.mark.parametrize("build", QUANTITIES)
@pytest.mark.parametrize("quantity", [1.0, 0.5, float("nan"), float("inf"), True, False, "1"])
def test_a_quantity_that_is_no_whole_number(build: type[Mint], quantity: int) -> None:
    with pytest.raises(Invalid) as refused:
        build(quantity)
    assert refused.value.code == "AMOUNT_NOT_INTEGER"


@pytest.mark.parametrize("build", QUANTITIES)
def test_a_quantity_may_stand_at_its_bounds(build: type[Mint]) -> None:
    assert build(1) == build(1)
    assert build(MAX_AMOUNT) != build(1)


@pytest.mark.parametrize("build", [Buy, BuyShares, Sell, SellFor])
@pytest.mark.parametrize("outcome", ["YES", "yes", "MAYBE", "", None, 1])
def test_an_unknown_outcome(build: type[Buy], outcome: str) -> None:
    with pytest.raises(Invalid) as refused:
        build(outcome, 1)  # type: ignore[arg-type]  # what a careless caller would pass
    assert refused.value.code == "OUTCOME_UNKNOWN"


@pytest.mark.parametrize("key", ["", "k" * 256, "a\0b", "\ud800"])
def test_an_unusable_key(key: str) -> None:
    """A key is text of a bounded length that UTF-8 can carry, without the zero that ends it in the hash."""
    with pytest.raises(Invalid) as refused:
        Order(ALICE, MARKET, key, ClaimFees())
    assert refused.value.code == "IDEMPOTENCY_KEY"


@pytest.mark.parametrize("key", ["k", "k" * 255, "ключ 🔑"])
def test_a_usable_key(key: str) -> None:
    assert Order(ALICE, MARKET, key, ClaimFees()).key == key


def test_an_expiry_has_its_zone() -> None:
    with pytest.raises(Invalid) as refused:
        order(ClaimFees(), OPENED.replace(tzinfo=None))
    assert refused.value.code == "TIME_WITHOUT_ZONE"


def test_an_order_lives_until_it_expires() -> None:
    order(ClaimFees()).require_live(OPENED)
    order(ClaimFees(), OPENED + timedelta(microseconds=1)).require_live(OPENED)
    with pytest.raises(Conflict) as refused:
        order(ClaimFees(), OPENED).require_live(OPENED)
    assert refused.value.code == "ORDER_EXPIRED"


def test_other_content_has_another_fingerprint() -> None:
    orders = [order(instruction) for instruction in DIFFERENT]
    orders += [order(instruction, OPENED) for instruction in DIFFERENT]
    orders += [order(Mint(1), OPENED + timedelta(microseconds=1)), replace(orders[0], market_id=MarketId(UUID(int=7)))]
    assert len({one.fingerprint() for one in orders}) == len(orders)


def test_the_same_content_has_the_same_fingerprint() -> None:
    """Whoever sends it, under whatever key: both are kept beside it."""
    first = order(Buy(YES, 10), OPENED)
    assert first.fingerprint() == order(Buy(YES, 10), OPENED).fingerprint()
    assert first.fingerprint() == replace(first, user_id=BOB, key="another").fingerprint()


def test_the_same_moment_in_another_zone_is_the_same_content() -> None:
    elsewhere = OPENED.astimezone(timezone(timedelta(hours=2)))
    assert elsewhere == OPENED
    assert order(Mint(1), elsewhere).fingerprint() == order(Mint(1), OPENED).fingerprint()


def test_fingerprints_never_change() -> None:
    """They lie in the ledger and meet the repeats of later versions."""
    content = MARKET.bytes + b"Buy\0YES\x0010\0None\x002026-03-01 12:00:00+00:00"
    assert order(Buy(YES, 10), datetime(2026, 3, 1, 12, tzinfo=UTC)).fingerprint() == sha256(content).digest()
    assert order(ClaimFees()).fingerprint() == sha256(MARKET.bytes + b"ClaimFees\0\0None").digest()
