"""A process of its own with a desk, 32 writers at once, and users and markets that it shares with other processes.

Reads a Plan as JSON from standard input, prints `ready`, waits for a line, and prints what each order was answered.
"""

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from adapters.postgres.engine import create_engine
from adapters.postgres.transactions import PostgresTransactions
from application.trading.desk import Desk, DeskBounds
from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
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
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from entrypoints.world import SystemClock

WRITERS = 32
LANES = 4
"""More than one, so that the transactions of one process meet each other too."""

GROUP_SIZE = 8
SHARED_KEYS = 40
SHARED_PART = 0.1
"""How many of a writer's orders every process places with the same key."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who places how many orders where; two processes with the same `seed` share the orders with shared keys."""

    url: str
    name: str
    seed: int
    orders: int
    markets: list[str]
    users: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What an order was answered: `filled`, `repeated` or the code of its refusal; and where in which ledger."""

    user: str
    key: str
    answer: str
    market: str | None = None
    seq: int | None = None


def main() -> None:
    plan = Plan(**json.loads(sys.stdin.readline()))
    told = asyncio.run(_write(plan))
    sys.stdout.write(json.dumps([asdict(each) for each in told]) + "\n")


async def _write(plan: Plan) -> list[Told]:
    engine = create_engine(plan.url)
    bounds = DeskBounds(LANES, GROUP_SIZE)
    async with Desk(PostgresTransactions(engine), SystemClock(), bounds) as desk:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        told = await asyncio.gather(*(_place(desk, _orders(plan, writer)) for writer in range(WRITERS)))
    await engine.dispose()
    return [each for writer in told for each in writer]


async def _place(desk: Desk, orders: Iterator[Order]) -> list[Told]:
    told = []
    for order in orders:
        try:
            placed = await desk.place(order)
        except PresageError as refusal:
            told.append(Told(str(order.user_id), order.key, refusal.code))
        else:
            answer = "repeated" if placed.repeated else "filled"
            told.append(Told(str(order.user_id), order.key, answer, str(placed.entry.market_id), placed.entry.seq))
    return told


def _orders(plan: Plan, writer: int) -> Iterator[Order]:
    chance = random.Random(f"{plan.seed} {plan.name} {writer}")
    for number in range(plan.orders):
        if chance.random() < SHARED_PART:
            shared = chance.randrange(SHARED_KEYS)
            yield _order(plan, f"shared {shared}", random.Random(f"{plan.seed} {shared}"))
        else:
            yield _order(plan, f"{plan.name} {writer} {number}", chance)


def _order(plan: Plan, key: str, chance: random.Random) -> Order:
    user, market = UserId(UUID(chance.choice(plan.users))), MarketId(UUID(chance.choice(plan.markets)))
    return Order(user, market, key, _instruction(chance))


def _instruction(chance: random.Random) -> Instruction:
    amount, side = chance.randint(1, 20 * POINT), chance.choice(list(Outcome))
    kinds: list[Instruction] = [
        Buy(side, amount),
        Buy(side, amount),
        BuyShares(side, amount),
        Sell(side, amount),
        SellFor(side, amount),
        Mint(amount),
        Merge(amount),
        CloseOut(),
        AddLiquidity(amount),
        RemoveLiquidity(amount),
        ClaimFees(),
    ]
    return chance.choice(kinds)


if __name__ == "__main__":
    main()
