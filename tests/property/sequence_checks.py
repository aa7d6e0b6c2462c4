"""What must hold of trades in a row: splitting an order gains nothing but rounding, and no round trip profits."""

from collections.abc import Callable, Iterator, Sequence

from hypothesis import reject

from domain.shared.errors import PresageError
from domain.shared.money import BASIS_POINTS, MAX_AMOUNT, ceil_div
from domain.trading.cpmm import Fill, Outcome, Pool
from tests.property.pricing_checks import BEYOND_BOUNDS, MarketMaker, Trade
from tests.property.strategies import Deal, Step

SplitCheck = Callable[[MarketMaker, Deal, Sequence[int]], None]


def in_parts(trade: Trade, deal: Deal, parts: Sequence[int]) -> list[Fill]:
    """The fills of a deal made in parts, one after the other, instead of its one quantity."""
    return list(_fills(trade, deal, parts))


def _fills(trade: Trade, deal: Deal, parts: Sequence[int]) -> Iterator[Fill]:
    pool = deal.pool
    for part in parts:
        try:
            pool, fill = trade(pool, deal.outcome, part, deal.fee_bps)
        except PresageError as refusal:
            if refusal.code not in BEYOND_BOUNDS:
                raise
            reject()
        yield fill


def splitting_a_buy_gains_only_rounding(maker: MarketMaker, deal: Deal, parts: Sequence[int]) -> None:
    """n parts save at most n - 1 µP of fees, and buy no more than one order would for the same net amount."""
    fills = in_parts(maker.buy, deal, parts)
    amount = sum(parts)
    (whole,) = in_parts(maker.buy, deal, [amount])
    fees = sum(fill.fee for fill in fills)
    assert 0 <= whole.fee - fees <= len(parts) - 1, "a split saves more than rounding in fees"
    (fee_free,) = in_parts(maker.buy, deal._replace(fee_bps=0), [amount - fees])
    assert sum(fill.shares for fill in fills) <= fee_free.shares, "a split buys more"


def splitting_buy_shares_gains_only_rounding(maker: MarketMaker, deal: Deal, parts: Sequence[int]) -> None:
    """n parts cost no less than one order, but for the fees rounded down: (n - 1) / (1 - f) µP."""
    fills = in_parts(maker.buy_shares, deal, parts)
    (whole,) = in_parts(maker.buy_shares, deal, [sum(parts)])
    rounding = ceil_div((len(parts) - 1) * BASIS_POINTS, BASIS_POINTS - deal.fee_bps) if deal.fee_bps else 0
    assert whole.amount - sum(fill.amount for fill in fills) <= rounding, "a split costs less"


def splitting_a_sale_gains_only_rounding(maker: MarketMaker, deal: Deal, parts: Sequence[int]) -> None:
    """n parts bring no more than one order, but for the fees rounded down: n - 1 µP."""
    fills = in_parts(maker.sell, deal, parts)
    (whole,) = in_parts(maker.sell, deal, [sum(parts)])
    rounding = len(parts) - 1 if deal.fee_bps else 0
    assert sum(fill.amount for fill in fills) - whole.amount <= rounding, "a split brings more"
    gross = sum(fill.amount + fill.fee for fill in fills)
    assert gross <= whole.amount + whole.fee + (1 if deal.fee_bps else 0), "a split takes more from the pool"


def splitting_sell_for_gains_only_rounding(maker: MarketMaker, deal: Deal, parts: Sequence[int]) -> None:
    """n parts save at most n - 1 µP of fees, and cost no fewer shares than one order for the same gross amount."""
    fills = in_parts(maker.sell_for, deal, parts)
    (whole,) = in_parts(maker.sell_for, deal, [sum(parts)])
    fees = sum(fill.fee for fill in fills)
    assert 0 <= whole.fee - fees <= len(parts) - 1, "a split saves more than rounding in fees"
    (fee_free,) = in_parts(maker.sell_for, deal._replace(fee_bps=0), [sum(parts) + fees])
    assert sum(fill.shares for fill in fills) >= fee_free.shares, "a split costs fewer shares"


def round_trip_never_profits(maker: MarketMaker, pool: Pool, fee_bps: int, steps: Sequence[Step]) -> None:
    """Whatever a trader buys and sells, in whatever form: once he has closed out he has no more than before."""
    purse, shares = 0, {Outcome.YES: 0, Outcome.NO: 0}
    for form, outcome, quantity, part in steps:
        wanted = quantity if form.startswith("buy") else max(1, shares[outcome] * part // 1_000)
        try:
            after, fill = getattr(maker, form)(pool, outcome, wanted, fee_bps)
        except PresageError as refusal:
            if refusal.code not in BEYOND_BOUNDS:
                raise
            continue
        if form.startswith("buy"):
            pool, purse, shares[outcome] = after, purse - fill.amount, shares[outcome] + fill.shares
        elif fill.shares <= shares[outcome]:
            pool, purse, shares[outcome] = after, purse + fill.amount, shares[outcome] - fill.shares
    sets = min(shares.values())
    for outcome, held in shares.items():
        chunks = [MAX_AMOUNT] * ((held - sets) // MAX_AMOUNT) + [(held - sets) % MAX_AMOUNT]
        deal = Deal(pool, outcome, 0, fee_bps)
        purse += sum(fill.amount for fill in in_parts(maker.sell, deal, [chunk for chunk in chunks if chunk]))
    assert purse + sets <= 0, "a round trip profits"
