"""Each bad order gets its own answer, and leaves everything as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.shared.errors import Conflict, Invalid, PresageError
from domain.shared.ids import UserId
from domain.shared.money import MAX_AMOUNT, MAX_HOLDING
from domain.trading.cpmm import Pool
from domain.trading.ledger import Action
from domain.trading.market import Status
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from domain.trading.position import Position
from tests.unit.domain.exchange import ALICE, BOB, CAROL, CLOSES, DAVE, MARKET, OPENED, POINT, Exchange, an_exchange
from tests.unit.domain.test_prices import NO, YES

EVERY_INSTRUCTION: list[Instruction] = [
    Buy(YES, 1_000),
    BuyShares(YES, 1_000),
    Sell(YES, 1_000),
    SellFor(YES, 1_000),
    Mint(1_000),
    Merge(1_000),
    CloseOut(),
    AddLiquidity(1_000),
    RemoveLiquidity(1_000),
    ClaimFees(),
]
ALSO_AFTER_CLOSING = (RemoveLiquidity, ClaimFees)


def trading() -> Exchange:
    """Alice provides 1,000 points at 0.5; Bob holds 190.909090 YES and 10 sets; Carol only points; Dave 1 µ-share."""
    exchange = an_exchange(fee_bps=100, lp_fee_bps=5_000)
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 500_000))
    exchange.place(BOB, Mint(10_000_000))
    exchange.place(BOB, Buy(YES, 100_000_000))
    exchange.place(DAVE, Mint(1))
    exchange.place(DAVE, BuyShares(YES, 1))
    return exchange


def assert_refused(exchange: Exchange, place: Callable[[], object], kind: type[PresageError], code: str) -> None:
    before = repr(exchange)
    with pytest.raises(PresageError) as refused:
        place()
    assert (type(refused.value), refused.value.code) == (kind, code)
    assert refused.value.message.endswith(".")
    assert repr(exchange) == before


@pytest.mark.parametrize(
    ("user", "instruction", "kind", "code"),
    [
        (CAROL, Buy(YES, 10_000 * POINT + 1), Conflict, "INSUFFICIENT_POINTS"),
        (CAROL, BuyShares(YES, 20_000 * POINT), Conflict, "INSUFFICIENT_POINTS"),
        (CAROL, Mint(10_000 * POINT + 1), Conflict, "INSUFFICIENT_POINTS"),
        (CAROL, AddLiquidity(10_000 * POINT + 1), Conflict, "INSUFFICIENT_POINTS"),
        (CAROL, Sell(YES, 10), Conflict, "INSUFFICIENT_SHARES"),
        (BOB, Sell(YES, 10**9), Conflict, "INSUFFICIENT_SHARES"),
        (BOB, SellFor(NO, 100_000_000), Conflict, "INSUFFICIENT_SHARES"),
        (BOB, Merge(10_000_001), Conflict, "INSUFFICIENT_SHARES"),
        (BOB, SellFor(YES, 10**16), Conflict, "POOL_TOO_SMALL"),
        (DAVE, Sell(YES, 1), Invalid, "PROCEEDS_ZERO"),
        (CAROL, CloseOut(), Conflict, "NOTHING_HELD"),
        (BOB, RemoveLiquidity(1), Conflict, "INSUFFICIENT_LP_SHARES"),
        (ALICE, RemoveLiquidity(1_000_000_001), Conflict, "INSUFFICIENT_LP_SHARES"),
        (CAROL, ClaimFees(), Conflict, "NOTHING_TO_CLAIM"),
        (CAROL, AddLiquidity(1), Invalid, "LIQUIDITY_TOO_SMALL"),
        (CAROL, BuyShares(YES, MAX_AMOUNT), Invalid, "AMOUNT_OUT_OF_BOUNDS"),
        (CAROL, Buy(YES, 100, min_shares=10_000), Conflict, "SLIPPAGE"),
        (CAROL, BuyShares(YES, 10_000, max_cost=100), Conflict, "SLIPPAGE"),
        (BOB, Sell(YES, 10_000, min_proceeds=10_000), Conflict, "SLIPPAGE"),
        (BOB, SellFor(YES, 10_000, max_shares=10_000), Conflict, "SLIPPAGE"),
        (BOB, CloseOut(min_proceeds=200_000_000), Conflict, "SLIPPAGE"),
    ],
)
def test_refused(user: UserId, instruction: Instruction, kind: type[PresageError], code: str) -> None:
    exchange = trading()
    assert_refused(exchange, lambda: exchange.place(user, instruction), kind, code)


@pytest.mark.parametrize("instruction", EVERY_INSTRUCTION)
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.DRAFT, "MARKET_NOT_OPEN"),
        (Status.PAUSED, "MARKET_PAUSED"),
        (Status.RESOLVED, "MARKET_RESOLVED"),
        (Status.CANCELLED, "MARKET_CANCELLED"),
    ],
)
def test_a_market_that_does_not_trade(status: Status, code: str, instruction: Instruction) -> None:
    exchange = trading()
    outcome = YES if status is Status.RESOLVED else None
    exchange.markets[MARKET] = replace(exchange.markets[MARKET], status=status, outcome=outcome)
    assert_refused(exchange, lambda: exchange.place(ALICE, instruction), Conflict, code)


@pytest.mark.parametrize("instruction", EVERY_INSTRUCTION)
def test_a_closed_market(instruction: Instruction) -> None:
    exchange = trading()
    exchange.place(ALICE, Mint(10_000))
    if isinstance(instruction, ALSO_AFTER_CLOSING):
        assert exchange.place(ALICE, instruction, now=CLOSES).entry.user_id == ALICE
    else:
        assert_refused(exchange, lambda: exchange.place(ALICE, instruction, now=CLOSES), Conflict, "MARKET_CLOSED")
        last_moment = CLOSES - timedelta(microseconds=1)
        assert exchange.place(ALICE, instruction, now=last_moment).entry.executed_at == last_moment


@pytest.mark.parametrize("instruction", EVERY_INSTRUCTION)
def test_an_expired_order(instruction: Instruction) -> None:
    exchange = trading()
    assert_refused(exchange, lambda: exchange.place(ALICE, instruction, expires_at=OPENED), Conflict, "ORDER_EXPIRED")


@pytest.mark.parametrize("instruction", [Buy(YES, 5), BuyShares(NO, 5), Mint(5), CloseOut(), RemoveLiquidity(1)])
def test_an_empty_pool(instruction: Instruction) -> None:
    exchange = trading()
    exchange.place(ALICE, RemoveLiquidity(1_000_000_000))
    exchange.stakes[MARKET, BOB] = replace(exchange.stakes[MARKET, ALICE], shares=1)
    assert_refused(exchange, lambda: exchange.place(BOB, instruction), Conflict, "POOL_EMPTY")


def test_sets_merge_even_without_a_pool() -> None:
    exchange = trading()
    exchange.place(ALICE, RemoveLiquidity(1_000_000_000))
    assert exchange.place(BOB, Merge(10_000_000)).entry.amount_out == 10_000_000


@pytest.mark.parametrize(
    ("instruction", "code"),
    [
        (AddLiquidity(1_000), "PROBABILITY_MISSING"),
        (AddLiquidity(1_000, 9_999), "PROBABILITY_OUT_OF_BOUNDS"),
        (AddLiquidity(1_000, 990_001), "PROBABILITY_OUT_OF_BOUNDS"),
        (AddLiquidity(1_000, True), "PROBABILITY_OUT_OF_BOUNDS"),
        (AddLiquidity(98, 10_000), "LIQUIDITY_TOO_SMALL"),
    ],
)
def test_a_pool_that_cannot_be_opened(instruction: AddLiquidity, code: str) -> None:
    exchange = an_exchange()
    assert_refused(exchange, lambda: exchange.place(ALICE, instruction), Invalid, code)


def test_a_bound_that_is_just_met() -> None:
    shares = trading().place(CAROL, Buy(YES, 1_000)).entry.yes_after
    assert trading().place(CAROL, Buy(YES, 1_000, min_shares=shares)).entry.yes_after == shares
    tighter = trading()
    assert_refused(tighter, lambda: tighter.place(CAROL, Buy(YES, 1_000, shares + 1)), Conflict, "SLIPPAGE")


def test_a_balance_reserve_or_position_beyond_its_bound() -> None:
    exchange = trading()
    exchange.balances[BOB] = MAX_HOLDING
    assert_refused(exchange, lambda: exchange.place(BOB, Merge(1)), Invalid, "HOLDING_TOO_LARGE")
    exchange.positions[MARKET, CAROL] = Position(yes=MAX_HOLDING)
    assert_refused(exchange, lambda: exchange.place(CAROL, Mint(1)), Invalid, "HOLDING_TOO_LARGE")
    exchange.books[MARKET] = replace(exchange.books[MARKET], pool=Pool(10**9, MAX_HOLDING))
    assert_refused(exchange, lambda: exchange.place(BOB, Buy(YES, 1_000)), Invalid, "RESERVE_OUT_OF_BOUNDS")


def test_collateral_beyond_what_the_ledger_holds() -> None:
    """Each user stays within his bound, but all of them together pass a signed 64-bit column."""
    exchange = trading()
    exchange.books[MARKET] = replace(exchange.books[MARKET], collateral=2**63 - 1)
    assert_refused(exchange, lambda: exchange.place(CAROL, Mint(1)), Invalid, "HOLDING_TOO_LARGE")


def test_a_trade_that_would_lower_k_is_stopped() -> None:
    exchange = trading()
    pool = exchange.books[MARKET].pool
    assert pool is not None
    scene = exchange.scene(MARKET, BOB)
    lower = Pool(pool.yes, pool.no - 1)
    assert_refused(exchange, lambda: scene.record(Action.SELL, amount_out=1, pool=lower), Conflict, "K_DECREASED")


@pytest.mark.parametrize(
    ("reserves", "code"),
    [
        ((0, 1), "RESERVE_OUT_OF_BOUNDS"),
        ((1, -1), "RESERVE_OUT_OF_BOUNDS"),
        ((MAX_HOLDING + 1, 1), "RESERVE_OUT_OF_BOUNDS"),
        ((1.0, 1), "RESERVE_NOT_INTEGER"),
        ((1, True), "RESERVE_NOT_INTEGER"),
    ],
)
def test_an_impossible_pool(reserves: tuple[int, int], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Pool(*reserves)
    assert refused.value.code == code


def test_a_number_of_any_length_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="from 1 to") as refused:
        Buy(YES, 10**5_000)
    assert refused.value.details["given"] == "far more"


def test_a_basis_has_the_bound_of_a_holding() -> None:
    with pytest.raises(Invalid, match="use a smaller amount"):
        Position(yes=1, yes_basis=MAX_HOLDING + 1)
