"""What must hold of a market maker, as checks that take the one under test and raise AssertionError."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from hypothesis import reject

from domain.shared.errors import PresageError
from domain.shared.money import BASIS_POINTS
from domain.trading import cpmm
from domain.trading.cpmm import Fill, Outcome, Pool
from tests.property import gnosis
from tests.property.strategies import Deal

Trade = Callable[[Pool, Outcome, int, int], tuple[Pool, Fill]]

BEYOND_BOUNDS = {"RESERVE_OUT_OF_BOUNDS", "POOL_TOO_SMALL"}
"""The refusals that a sound question may meet: the pool would grow too large, or cannot pay."""


@dataclass(frozen=True, slots=True)
class MarketMaker:
    """The four priced trades, so that a test can put a faulty one in place."""

    buy: Trade = cpmm.buy
    buy_shares: Trade = cpmm.buy_shares
    sell: Trade = cpmm.sell
    sell_for: Trade = cpmm.sell_for


REAL = MarketMaker()

Check = Callable[[MarketMaker, Deal], None]


class Traded(NamedTuple):
    """A pool before and after, from the traded outcome's side."""

    own: int
    other: int
    own_after: int
    other_after: int
    fill: Fill


def traded(trade: Trade, deal: Deal) -> Traded:
    """Make a deal; an example that passes the bounds of the domain is given up."""
    try:
        after, fill = trade(*deal)
    except PresageError as refusal:
        if refusal.code not in BEYOND_BOUNDS:
            raise
        reject()
    return Traded(*oriented(deal.pool, deal.outcome), *oriented(after, deal.outcome), fill)


def oriented(pool: Pool, outcome: Outcome) -> tuple[int, int]:
    return (pool.yes, pool.no) if outcome is Outcome.YES else (pool.no, pool.yes)


def k_never_falls(trade: Trade, deal: Deal) -> None:
    done = traded(trade, deal)
    assert done.own_after * done.other_after >= done.own * done.other, "k fell"


def a_buy_moves_what_it_says(trade: Trade, deal: Deal) -> None:
    """The net amount becomes sets; the pool keeps them but for the shares bought. The fee never reaches it."""
    done = traded(trade, deal)
    fee = done.fill.amount * deal.fee_bps // BASIS_POINTS
    net = done.fill.amount - fee
    assert done.fill.fee == fee, "another fee"
    assert (done.own_after, done.other_after) == (done.own + net - done.fill.shares, done.other + net), "another pool"


def a_sale_moves_what_it_says(trade: Trade, deal: Deal) -> None:
    """The shares go to the pool, and as many sets as pay proceeds and fee are merged."""
    done = traded(trade, deal)
    gross = done.fill.amount * BASIS_POINTS // (BASIS_POINTS - deal.fee_bps)
    assert done.fill.fee == gross - done.fill.amount, "another fee"
    assert (done.own_after, done.other_after) == (done.own + done.fill.shares - gross, done.other - gross), (
        "another pool"
    )


def a_buy_gives_the_most_shares(maker: MarketMaker, deal: Deal) -> None:
    """One share more would lower k: the definition of the price, without a division."""
    done = traded(maker.buy, deal)
    assert (done.own_after - 1) * done.other_after < done.own * done.other, "too few shares"
    k_never_falls(maker.buy, deal)


def buy_shares_costs_the_least(maker: MarketMaker, deal: Deal) -> None:
    done = traded(maker.buy_shares, deal)
    assert done.fill.shares >= deal.quantity, "fewer than asked"
    assert maker.buy_shares(*deal) == maker.buy(*deal._replace(quantity=done.fill.amount)), "another price than buy"
    if done.fill.amount > 1:
        _, cheaper = maker.buy(*deal._replace(quantity=done.fill.amount - 1))
        assert cheaper.shares < deal.quantity, "a smaller amount would do"


def sell_brings_the_most(maker: MarketMaker, deal: Deal) -> None:
    done = traded(maker.sell, deal)
    assert done.fill.shares == deal.quantity, "other shares than asked"
    cost = shares_for(maker, deal, done.fill.amount) if done.fill.amount else 0
    assert cost <= deal.quantity, "greater proceeds than the shares cover"
    assert shares_for(maker, deal, done.fill.amount + 1) > deal.quantity, "greater proceeds would do"


def shares_for(maker: MarketMaker, deal: Deal, proceeds: int) -> float:
    """What it takes to receive some proceeds: no number of shares where the pool cannot pay them."""
    try:
        return maker.sell_for(*deal._replace(quantity=proceeds))[1].shares
    except PresageError as refusal:
        if refusal.code not in BEYOND_BOUNDS:
            raise
        return inf


def sell_agrees_with_sell_for(maker: MarketMaker, deal: Deal) -> None:
    """Selling the shares that some proceeds cost brings just these proceeds, and leaves the same pool."""
    done = traded(maker.sell_for, deal)
    assert maker.sell_for(*deal) == maker.sell(*deal._replace(quantity=done.fill.shares)), "sell disagrees"


def buys_as_the_reference(trade: Trade, deal: Deal) -> None:
    done = traded(trade, deal)
    fee = deal.fee_bps * gnosis.BASIS_POINT
    assert done.fill.shares == gnosis.calc_buy_amount([done.own, done.other], 0, deal.quantity, fee), "other shares"
    assert done.fill.fee == gnosis.buy_fee(deal.quantity, fee), "another fee"


def sells_as_the_reference(trade: Trade, deal: Deal) -> None:
    done = traded(trade, deal)
    fee = deal.fee_bps * gnosis.BASIS_POINT
    assert done.fill.shares == gnosis.calc_sell_amount([done.own, done.other], 0, deal.quantity, fee), "other shares"
    assert done.fill.fee == gnosis.sell_fee(deal.quantity, fee), "another fee"
