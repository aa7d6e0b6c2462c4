"""What a made-up user might want next."""

from collections.abc import Callable
from random import Random

from domain.shared.money import POINT
from domain.trading.book import Holding
from domain.trading.cpmm import Outcome
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

MOST = 20 * POINT
"""The most that one order spends, in µP."""

Wish = Callable[[Holding, Outcome, float], Instruction]

WISHES: dict[Wish, int] = {
    lambda _, outcome, part: Buy(outcome, int(MOST * part)): 40,
    lambda _, outcome, part: BuyShares(outcome, int(MOST * part)): 8,
    lambda holding, outcome, part: Sell(outcome, int(holding.position.shares(outcome) * part)): 25,
    lambda holding, outcome, part: SellFor(outcome, int(holding.position.shares(outcome) * part / 4)): 8,
    lambda _, __, part: Mint(int(MOST * part)): 4,
    lambda holding, _, part: Merge(int(min(holding.position.yes, holding.position.no) * part)): 4,
    lambda _, __, ___: CloseOut(): 4,
    lambda _, __, part: AddLiquidity(int(MOST * part)): 3,
    lambda holding, _, part: RemoveLiquidity(int(holding.stake.shares * part)): 2,
    lambda _, __, ___: ClaimFees(): 2,
}
"""Kinds of order with the parts of a hundred that they take; `part` of what is there is a fraction below one."""

_KINDS, _WEIGHTS = list(WISHES), list(WISHES.values())


def wish(chance: Random, holding: Holding) -> Instruction:
    """An instruction. Raises Invalid where there is nothing to give up."""
    kind = chance.choices(_KINDS, _WEIGHTS)[0]
    return kind(holding, chance.choice((Outcome.YES, Outcome.NO)), chance.random())
