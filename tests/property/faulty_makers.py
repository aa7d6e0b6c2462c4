"""Market makers with one fault each, written as somebody might by mistake."""

from dataclasses import replace

from domain.shared.money import BASIS_POINTS, ceil_div
from domain.trading import cpmm
from domain.trading.cpmm import Fill, Outcome, Pool
from tests.property import float_maker
from tests.property.pricing_checks import MarketMaker, oriented


def _pool(outcome: Outcome, own: int, other: int) -> Pool:
    return Pool(own, other) if outcome is Outcome.YES else Pool(other, own)


def buy_rounded_down(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    own, other = oriented(pool, outcome)
    fee = quantity * fee_bps // BASIS_POINTS
    net = quantity - fee
    own_after = max(1, own * other // (other + net))
    return _pool(outcome, own_after, other + net), Fill(quantity, own + net - own_after, fee)


def sell_for_rounded_down(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    after, fill = cpmm.sell_for(pool, outcome, quantity, fee_bps)
    own, other = oriented(pool, outcome)
    other_after = oriented(after, outcome)[1]
    own_after = own * other // other_after
    gross = fill.amount + fill.fee
    return _pool(outcome, own_after, other_after), replace(fill, shares=own_after - own + gross)


def buy_with_the_fee_left_in_the_pool(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    after, fill = cpmm.buy(pool, outcome, quantity, fee_bps)
    own, other = oriented(after, outcome)
    return _pool(outcome, own + fill.fee, other + fill.fee), fill


def buy_without_a_fee_on_small_orders(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    return cpmm.buy(pool, outcome, quantity, 0 if quantity < 1_000 else fee_bps)


def buy_shares_without_a_fee_on_small_orders(
    pool: Pool, outcome: Outcome, quantity: int, fee_bps: int
) -> tuple[Pool, Fill]:
    return cpmm.buy_shares(pool, outcome, quantity, 0 if quantity < 1_000 else fee_bps)


def sell_for_without_a_fee_on_small_orders(
    pool: Pool, outcome: Outcome, quantity: int, fee_bps: int
) -> tuple[Pool, Fill]:
    return cpmm.sell_for(pool, outcome, quantity, 0 if quantity < 1_000 else fee_bps)


def buy_with_a_share_on_top(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    after, fill = cpmm.buy(pool, outcome, quantity, fee_bps)
    return after, replace(fill, shares=fill.shares + 1)


def buy_shares_a_little_dearer(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    _, fill = cpmm.buy_shares(pool, outcome, quantity, fee_bps)
    return cpmm.buy(pool, outcome, fill.amount + 1, fee_bps)


def buy_shares_before_the_fee(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    _, fill = cpmm.buy_shares(pool, outcome, quantity, 0)
    return cpmm.buy(pool, outcome, fill.amount, fee_bps)


def _sell_for_more(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int, more: int) -> tuple[Pool, Fill]:
    after, fill = cpmm.sell(pool, outcome, quantity, fee_bps)
    proceeds = max(0, fill.amount + more)
    gross = proceeds * BASIS_POINTS // (BASIS_POINTS - fee_bps)
    own, other = oriented(after, outcome)
    merged = gross - fill.amount - fill.fee
    return _pool(outcome, max(1, own - merged), max(1, other - merged)), Fill(proceeds, quantity, gross - proceeds)


def sell_rounded_up(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    return _sell_for_more(pool, outcome, quantity, fee_bps, 1)


def sell_a_little_cheaper(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    return _sell_for_more(pool, outcome, quantity, fee_bps, -1)


def sell_for_without_a_fee(pool: Pool, outcome: Outcome, quantity: int, _: int) -> tuple[Pool, Fill]:
    return cpmm.sell_for(pool, outcome, quantity, 0)


def sell_for_with_the_fee_on_top(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """The fee as a part of the net proceeds, R · f, and not of the gross, R / (1 - f) - R."""
    fee = quantity * fee_bps // BASIS_POINTS
    after, fill = cpmm.sell_for(pool, outcome, quantity + fee, 0)
    return after, replace(fill, amount=quantity, fee=fee)


def sell_for_at_the_price_before(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    """As if the sale itself did not move the price."""
    after, fill = cpmm.sell_for(pool, outcome, quantity, fee_bps)
    own, other = oriented(pool, outcome)
    gross = fill.amount + fill.fee
    shares = ceil_div(gross * (own + other), other)
    return _pool(outcome, own + shares - gross, oriented(after, outcome)[1]), replace(fill, shares=shares)


FLOATS = MarketMaker(buy=float_maker.buy, sell=float_maker.sell)
