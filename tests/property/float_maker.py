"""The market maker as floats would have it: the same rules, rounded the same way, in double precision."""

from math import ceil, floor, sqrt

from domain.trading.cpmm import Fill, Outcome, Pool
from tests.property.pricing_checks import oriented


def buy(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    own, other = map(float, oriented(pool, outcome))
    fee = floor(quantity * (fee_bps / 10_000))
    net = float(quantity - fee)
    own_after = ceil(own * other / (other + net))
    after = _pool(outcome, own_after, int(other + net))
    return after, Fill(quantity, int(own + net) - own_after, fee)


def sell(pool: Pool, outcome: Outcome, quantity: int, fee_bps: int) -> tuple[Pool, Fill]:
    own, other = map(float, oriented(pool, outcome))
    total = own + other + quantity
    gross = floor((total - sqrt(total * total - 4 * quantity * other)) / 2)
    proceeds = ceil((gross + 1) * (1 - fee_bps / 10_000)) - 1
    after = _pool(outcome, int(own) + quantity - gross, int(other) - gross)
    return after, Fill(proceeds, quantity, gross - proceeds)


def _pool(outcome: Outcome, own: int, other: int) -> Pool:
    return Pool(own, other) if outcome is Outcome.YES else Pool(other, own)
