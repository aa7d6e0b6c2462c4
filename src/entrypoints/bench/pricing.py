"""How fast the pure domain prices trades, in operations a second."""

import time
from collections.abc import Callable

from domain.shared.money import POINT
from domain.trading import cpmm
from domain.trading.cpmm import Outcome, Pool

OPERATIONS = 100_000
FEE_BPS = 200


def buys() -> float:
    """`buy` by amount."""
    return _rate(cpmm.buy)


def sells() -> float:
    """`sell` by shares."""
    return _rate(cpmm.sell)


def _rate(operation: Callable[[Pool, Outcome, int, int], object]) -> float:
    pool = Pool(1_000 * POINT, 900 * POINT)
    started = time.perf_counter()
    for _ in range(OPERATIONS):
        operation(pool, Outcome.YES, POINT, FEE_BPS)
    return OPERATIONS / (time.perf_counter() - started)
