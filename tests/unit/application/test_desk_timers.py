"""The desk adds no delay: it sets no timer, unless the store is busy."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple, Unpack

from application.shared.store import StoreBusy
from application.trading.desk import Desk
from domain.shared.money import POINT
from domain.trading.orders import Mint
from tests.behaviour.stores import memory_world
from tests.fakes.faults import Faults, faulty

Ts = TypeVarTuple("Ts")


class RecordingLoop(asyncio.SelectorEventLoop):
    """Notes every timer that is set."""

    def __init__(self) -> None:
        super().__init__()
        self.timers = 0

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)


async def trade(faults: Faults) -> None:
    """Orders one by one and at once, on a desk that is idle in between."""
    async with memory_world() as world:
        market, user = await world.market(await world.treasury()), await world.user("ada")
        async with Desk(faulty(world.transactions, faults), world.clock) as desk:
            for _ in range(3):
                await desk.place(world.order(user, market, Mint(POINT)))
            await asyncio.gather(*(desk.place(world.order(user, market, Mint(POINT))) for _ in range(5)))


def timers(faults: Faults) -> int:
    loop = RecordingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(trade(faults))
        return loop.timers


def test_no_timer_is_set() -> None:
    assert timers(Faults()) == 0


def test_a_busy_store_is_given_a_pause() -> None:
    tries = iter(range(10))

    async def busy_at_first() -> None:
        if next(tries) == 0:
            raise StoreBusy("deadlock")

    assert timers(Faults(before_lock=busy_at_first)) == 1
