"""An entry taken out of a ledger, or written twice, is found wherever it stood."""

from functools import cache

from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import AddLiquidity, Buy, Mint, RemoveLiquidity, Sell
from tests.unit.domain.exchange import ALICE, BOB, CAROL, MARKET, Exchange, an_exchange
from tests.unit.domain.rebuilt import rebuilt
from tests.unit.domain.test_prices import NO, YES


@cache
def history() -> Exchange:
    """A market that was traded, left by one provider with his fees, resolved and settled."""
    exchange = an_exchange(fee_bps=200, lp_fee_bps=5_000)
    exchange.place(ALICE, AddLiquidity(1_000_000, 250_000))
    exchange.place(BOB, AddLiquidity(777_777))
    exchange.place(CAROL, Buy(YES, 123_456))
    exchange.place(CAROL, Mint(10_007))
    exchange.place(BOB, RemoveLiquidity(300_003))
    exchange.place(CAROL, Sell(YES, 70_001))
    exchange.place(CAROL, Buy(NO, 5_001))
    exchange.markets[MARKET] = exchange.markets[MARKET].resolve(YES)
    exchange.settle()
    return exchange


def every_inner() -> list[tuple[int, LedgerEntry]]:
    return list(enumerate(history().entries[MARKET]))[:-1]


def test_the_history_has_claims_that_belong_to_another_entry() -> None:
    actions = [entry.action for entry in history().entries[MARKET]]
    assert actions[4:6] == [Action.FEE_CLAIM, Action.REMOVE_LIQUIDITY]
    assert actions[-5:] == [Action.FEE_CLAIM, Action.PAYOUT, Action.FEE_CLAIM, Action.PAYOUT, Action.VAULT_SWEEP]
    assert rebuilt(history().markets[MARKET], history().entries[MARKET])[2] == []


def test_a_missing_entry_is_found() -> None:
    """But for the last one: only the book's own seq tells that it is missing."""
    market, entries = history().markets[MARKET], history().entries[MARKET]
    without = {
        entry.seq: rebuilt(market, [*entries[:index], *entries[index + 1 :]])[2] for index, entry in every_inner()
    }
    assert [seq for seq, found in without.items() if not found] == []


def test_a_doubled_entry_is_found() -> None:
    market, entries = history().markets[MARKET], history().entries[MARKET]
    twice = {entry.seq: rebuilt(market, [*entries[: index + 1], *entries[index:]])[2] for index, entry in every_inner()}
    assert [seq for seq, found in twice.items() if not found] == []
