"""What each outcome pays to holders, providers and the treasury, worked by hand."""

import pytest

from domain.shared.errors import Conflict
from domain.shared.money import MAX_HOLDING
from domain.trading import settlement
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, Mint, RemoveLiquidity, Sell
from tests.unit.domain.exchange import ALICE, BOB, CAROL, MARKET, POINT, TREASURY, Exchange, an_exchange
from tests.unit.domain.test_prices import NO, YES

START = 10_000 * POINT


def traded(fee_bps: int = 0) -> Exchange:
    """Alice opens 1,000 points at 0.5, Bob buys YES for 100 points, Carol mints 10 sets."""
    exchange = an_exchange(fee_bps, lp_fee_bps=10_000)
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 500_000))
    exchange.place(BOB, Buy(YES, 100_000_000))
    exchange.place(CAROL, Mint(10_000_000))
    return exchange


@pytest.mark.parametrize(
    ("outcome", "alice", "bob"),
    [
        # Bob holds 190.909090 YES; the pool keeps 909.090910 YES for Alice.
        (YES, START - 1_000_000_000 + 909_090_910, START - 100_000_000 + 190_909_090),
        # Bob holds nothing that pays; the pool has all of 1,100 NO.
        (NO, START - 1_000_000_000 + 1_100_000_000, START - 100_000_000),
    ],
)
def test_resolved_pays_the_winning_side(outcome: Outcome, alice: int, bob: int) -> None:
    exchange = traded()
    exchange.markets[MARKET] = exchange.markets[MARKET].resolve(outcome)
    exchange.settle()
    assert (exchange.balances[ALICE], exchange.balances[BOB], exchange.balances[CAROL]) == (alice, bob, START)
    book = exchange.books[MARKET]
    assert (book.pool, book.collateral, book.lp_supply) == (None, 0, 0)
    assert {entry.action for entry in exchange.entries[MARKET][-3:]} == {Action.PAYOUT}


def test_cancelled_returns_what_the_shares_cost() -> None:
    exchange = traded()
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    exchange.settle()
    assert {exchange.balances[user] for user in (ALICE, BOB, CAROL)} == {START}
    assert {entry.action for entry in exchange.entries[MARKET][-3:]} == {Action.REFUND}


def test_cancelled_claws_nothing_back() -> None:
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(1_000_000, 500_000))
    exchange.place(BOB, Buy(YES, 1_000_000))  # other 2,000,000, own 500,000: 1,500,000 YES for 1,000,000
    exchange.place(CAROL, Buy(YES, 2_000_000))  # other 4,000,000, own 250,000: 2,250,000 YES for 2,000,000
    # Bob takes the rise: own 1,750,000 - g and other 4,000,000 - g, product ≥ 10^12:
    # g = (5.75 - √(33.0625 - 4 · 1.5 · 4)) / 2 = (5.75 - √9.0625) / 2 = 1.369800… of 10^6 → 1,369,800.
    assert exchange.place(BOB, Sell(YES, 1_500_000)).entry.amount_out == 1_369_800
    # Collateral 4,000,000 - 1,369,800 covers Carol's 2,000,000; what is left is Alice's.
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    exchange.settle()
    assert exchange.balances[CAROL] == START
    assert exchange.balances[BOB] == START + 369_800
    assert exchange.balances[ALICE] == START - 369_800


@pytest.mark.parametrize(
    ("carol_first", "alice", "carol"),
    [
        # 28 · 225 / 228 = 27.6 → 27, and Carol gets the 198 that are left of her 200.
        (False, 27, 198),
        # 200 · 225 / 228 = 197.4 → 197, and Alice gets the 28 that are left.
        (True, 28, 197),
    ],
)
def test_short_collateral_is_shared_by_basis(carol_first: bool, alice: int, carol: int) -> None:
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(100, 500_000))
    exchange.place(BOB, Buy(YES, 100))  # other 200, own 50: 150 YES
    exchange.place(CAROL, Buy(YES, 200))  # other 400, own 25: 225 YES
    # (25 + 150 - g)(400 - g) ≥ 10,000: 39 · 264 for 136 µP, 38 · 263 for 137.
    assert exchange.place(BOB, Sell(YES, 150)).entry.amount_out == 136
    # Of 39 YES and 264 NO, 39 merge, and 225 NO stay at 39 / 303: 28.96.
    exchange.place(ALICE, RemoveLiquidity(100))
    assert exchange.positions[MARKET, ALICE].basis == 28
    # 100 + 100 + 200 - 136 - 39.
    assert exchange.books[MARKET].collateral == 225
    before = dict(exchange.balances)
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    exchange.settle_next(MARKET, pick=int(carol_first))
    exchange.settle()
    assert exchange.balances[ALICE] - before[ALICE] == alice
    assert exchange.balances[CAROL] - before[CAROL] == carol
    assert exchange.books[MARKET].collateral == 0


def test_without_providers_the_rest_of_a_cancelled_market_goes_to_the_treasury() -> None:
    exchange = an_exchange()
    exchange.place(ALICE, AddLiquidity(100, 500_000))
    exchange.place(BOB, Buy(YES, 100))  # other 200, own 50: 150 YES
    # 50 of each merge; 150 NO stay with Alice at 50 / 250: 30. Collateral 150 for a basis of 100 and 30.
    exchange.place(ALICE, RemoveLiquidity(100))
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    exchange.settle()
    assert exchange.balances[BOB] == START
    assert exchange.balances[ALICE] == START - 100 + 50 + 30
    assert exchange.balances[TREASURY] == 20
    assert exchange.books[MARKET].collateral == 0


def test_the_treasury_gets_the_vault_fees_and_providers_theirs() -> None:
    exchange = an_exchange(fee_bps=200, lp_fee_bps=2_500)
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 500_000))
    exchange.place(BOB, Buy(NO, 100_000_000))  # a fee of 2 points: 1.5 to the vault, 0.5 to Alice
    exchange.markets[MARKET] = exchange.markets[MARKET].resolve(YES)
    exchange.settle()
    assert exchange.balances[TREASURY] == 1_500_000
    # The pool holds 1,098 YES in the end, all of them Alice's.
    assert exchange.balances[ALICE] == START + 98_000_000 + 500_000
    assert exchange.balances[BOB] == START - 100_000_000


def test_a_winner_with_a_full_balance_does_not_stop_the_settlement() -> None:
    """He could take no more points by trading, but what he won is his, and the others wait behind him."""
    exchange = traded()
    exchange.balances[BOB] = MAX_HOLDING
    exchange.markets[MARKET] = exchange.markets[MARKET].resolve(YES)
    exchange.settle()
    assert exchange.balances[BOB] == MAX_HOLDING + 190_909_090


def test_the_rest_waits_for_the_providers() -> None:
    exchange = traded()
    exchange.markets[MARKET] = exchange.markets[MARKET].cancel()
    with pytest.raises(Conflict) as refused:
        settlement.pay_rest(exchange.scene(MARKET, TREASURY))
    assert refused.value.code == "PROVIDERS_UNPAID"
