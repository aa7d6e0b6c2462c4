"""Who took a job last has it, and nobody else: what an earlier worker does for it is written nowhere."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from application.jobs.observers import Silent
from application.jobs.ports import Held, LeaseLost
from application.jobs.run import Run
from application.shared.store import StoreBusy
from domain.jobs.execution import EventKind, Execution, State
from tests.behaviour.jobs import (
    JOB,
    SECOND,
    Announces,
    Heard,
    Told,
    an_effect,
    ask,
    ask_one,
    claimed,
    effects,
    history,
    worker,
)
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty
from tests.unit.domain.executions import FAILURE


async def lost(world: World) -> tuple[Execution, Execution]:
    """A job that was taken twice: as the first worker knows it, and the second."""
    await ask_one(world)
    (first,) = await claimed(world)
    await world.runs.settle([first.release()], {}, world.clock.now())
    (second,) = await claimed(world)
    return first, second


async def no_progress(_: int, __: str) -> None:
    """Tells nobody."""


def run_of(world: World, job: Execution, announcer: Any = None) -> Run[Told]:
    return Run(job, JOB.read(job.payload, job.version), world.clock, announcer or Silent(), no_progress)


async def have_effect(transactions: Callable[[], Any], world: World, text: str = "done") -> None:
    """A use case: one row in one transaction."""
    async with transactions() as transaction:
        await transaction.jobs.add([an_effect(world, text)])
        await transaction.commit()


async def test_a_late_finisher_settles_nothing(world: World) -> None:
    first, second = await lost(world)
    before = await world.tables()
    now = world.clock.now()
    for step in (first.complete('{"text": "late"}', now), first.fail(FAILURE, JOB.retries, now), first.release()):
        assert await world.runs.settle([step], {}, now) == [False]
        assert await world.tables() == before
    assert await world.runs.settle([second.complete(None, now)], {}, now) == [True]
    assert await world.runs.settle([second.complete(None, now)], {}, now) == [False]


async def test_of_many_those_are_settled_that_were_still_held(world: World) -> None:
    first, second = await lost(world)
    await ask(world, times=2)
    one, other = await claimed(world, 2)
    steps = [one.complete(None, world.clock.now()), first.complete(None, world.clock.now()), other.release()]
    follow_ups = await Announces(world).follow_ups(steps)
    assert await world.runs.settle(steps, follow_ups, world.clock.now()) == [True, False, True]
    states = [(await world.queue.get(job.id)).state for job in (one, second, other)]
    assert states == [State.COMPLETED, State.ACTIVE, State.PENDING]
    assert await effects(world) == [f"completed {one.id}"]


async def test_a_late_finisher_renews_nothing_and_tells_nothing(world: World) -> None:
    first, second = await lost(world)
    before = await world.tables()
    held = [Held(first.id, first.attempt), Held(second.id, second.attempt)]
    assert await world.runs.renew(held[:1], world.clock.now() + SECOND) == {}
    assert await world.runs.progress(first.tell(50, "Half."), world.clock.now()) is False
    assert await world.tables() == before
    until = world.clock.now() + 60 * SECOND
    assert await world.runs.renew(held, until) == {held[1]: False}
    assert (await world.queue.get(second.id)).lease_until == until
    await world.queue.cancel(second.id)
    assert await world.runs.renew(held, until) == {held[1]: True}


@pytest.mark.parametrize("way", ["fenced", "ending"])
async def test_a_late_finisher_commits_nothing(world: World, way: str) -> None:
    first, second = await lost(world)
    before = await world.tables()
    with pytest.raises(LeaseLost):
        await have_effect(getattr(run_of(world, first), way)(world.transactions), world)
    assert await world.tables() == before
    await have_effect(getattr(run_of(world, second), way)(world.transactions), world)
    assert await effects(world) == ["done"]


async def test_an_effect_and_the_end_are_one(world: World) -> None:
    await ask_one(world)
    (job,) = await claimed(world)
    await world.runs.progress(job.tell(40, "Nearly."), world.clock.now())
    run = run_of(world, job, Announces(world))
    await have_effect(run.ending(world.transactions, Told(text="result")), world)
    ended = await world.queue.get(job.id)
    assert (ended.state, ended.progress, ended.message) == (State.COMPLETED, 100, "Nearly.")
    assert Told.model_validate_json(ended.result or "") == Told(text="result")
    assert await effects(world) == [f"completed {job.id}", "done"]
    assert run.ended is not None
    assert (run.ended.execution.seq, run.ended.event) == (ended.seq, EventKind.COMPLETED)
    with pytest.raises(LeaseLost):
        await have_effect(run.ending(world.transactions), world)
    assert len(await effects(world)) == 2


async def test_without_a_commit_neither_the_effect_nor_the_end_is_there(world: World) -> None:
    await ask_one(world)
    (job,) = await claimed(world)
    before = await world.tables()
    async with run_of(world, job).ending(world.transactions)() as transaction:
        await transaction.jobs.add([an_effect(world, "done")])
    assert await world.tables() == before


async def test_a_commit_that_failed_has_ended_nothing(world: World) -> None:
    """The handler tries again, which is all that it takes."""
    failures = 1

    async def busy() -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise StoreBusy("deadlock")

    transactions: Any = faulty(world.transactions, Faults(before_commit=busy))
    heard = Heard()

    async def handler(run: Run[Told]) -> None:
        with pytest.raises(StoreBusy):
            await have_effect(run.ending(transactions), world, "first")
        assert run.ended is None
        await have_effect(run.ending(transactions), world, "second")

    job = await ask_one(world)
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.COMPLETED)
    assert await effects(world) == ["second"]
    assert await history(world, job) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.COMPLETED]


async def test_a_handler_that_gives_up_its_effect_completes_without_it(world: World) -> None:
    async def busy() -> None:
        raise StoreBusy("deadlock")

    async def handler(run: Run[Told]) -> Told:
        transactions: Any = faulty(world.transactions, Faults(before_commit=busy))
        with pytest.raises(StoreBusy):
            await have_effect(run.ending(transactions), world)
        return Told(text="without")

    job, heard = await ask_one(world), Heard()
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.COMPLETED)
    ended = await world.queue.get(job.id)
    assert ended.state is State.COMPLETED
    assert Told.model_validate_json(ended.result or "") == Told(text="without")
    assert await effects(world) == []


async def test_what_ended_with_its_effect_has_ended_whatever_its_handler_does_then(world: World) -> None:
    async def handler(run: Run[Told]) -> None:
        await have_effect(run.ending(world.transactions, Told(text="result")), world)
        raise RuntimeError("too late")

    job, heard = await ask_one(world), Heard()
    async with worker(world, handler, observer=heard):
        (told,) = await heard.until(EventKind.COMPLETED)
    ended = await world.queue.get(job.id)
    assert ended.state is State.COMPLETED
    assert Told.model_validate_json(told.result or "") == Told.model_validate_json(ended.result or "")
    assert await effects(world) == ["done"]


async def test_a_long_job_commits_in_parts_for_as_long_as_it_is_held(world: World) -> None:
    """Between its parts another worker takes it; it stops there, and the other one goes on."""

    async def handler(run: Run[Told]) -> None:
        for part in range(4):
            if part == 2:
                await world.runs.settle([run.execution.release()], {}, world.clock.now())
                taken.set_result((await claimed(world))[0])
            await have_effect(run.fenced(world.transactions), world, f"part {part}")

    taken = asyncio.get_running_loop().create_future()
    job = await ask_one(world)
    async with worker(world, handler):
        mine = await taken
    assert await effects(world) == ["part 0", "part 1"]
    assert await world.queue.get(job.id) == mine
