"""Jobs that take too long: cut, or left to themselves where they refuse."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.jobs.ports import LeaseLost
from application.jobs.run import Run
from domain.jobs.execution import EventKind, State
from tests.behaviour.jobs import JOB, QUICK, SECOND, Heard, Told, ask, ask_one, effects, worker
from tests.behaviour.test_jobs_fencing import have_effect
from tests.behaviour.world import World

BRIEF = replace(JOB, time_limit=timedelta(milliseconds=20))


async def for_ever(_: Run[Told]) -> None:
    await asyncio.Event().wait()


async def test_one_that_takes_too_long_has_failed(world: World) -> None:
    heard = Heard()
    await ask_one(world)
    async with worker(world, for_ever, observer=heard, contract=BRIEF):
        (told,) = await heard.until(EventKind.RETRYING)
    assert told.due_at == world.clock.now() + SECOND
    assert told.failure is not None
    assert (told.failure.code, told.failures) == ("JOB_TIME_LIMIT", 1)
    assert await world.queue.get(told.id) == told


async def test_one_that_ends_in_another_way_when_it_is_cut_has_taken_too_long_as_well(world: World) -> None:
    async def handler(run: Run[Told]) -> None:
        try:
            await for_ever(run)
        except asyncio.CancelledError:
            raise ValueError("in the midst of it") from None

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard, contract=BRIEF):
        (told,) = await heard.until(EventKind.RETRYING)
    assert told.failure is not None
    assert told.failure.code == "JOB_TIME_LIMIT"


async def test_one_that_ends_its_work_when_it_is_cut_has_done_it(world: World) -> None:
    async def handler(run: Run[Told]) -> Told:
        try:
            await for_ever(run)
        except asyncio.CancelledError:
            return Told(text="what there was")
        raise AssertionError("for ever has ended")

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard, contract=BRIEF):
        (told,) = await heard.until(EventKind.COMPLETED)
    assert told.result == '{"text":"what there was"}'


async def test_one_that_refuses_to_be_cut_is_left_and_commits_nothing(world: World) -> None:
    """Its place is free at once; in the end it finds that the job is no longer its own."""
    go_on, refused, heard = asyncio.Event(), asyncio.Event(), Heard()

    async def handler(run: Run[Told]) -> None:
        if run.payload.text != "stubborn":
            return
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue
        with pytest.raises(LeaseLost):
            await have_effect(run.ending(world.transactions), world)
        refused.set()

    stubborn, other = await ask_one(world, "stubborn"), await ask_one(world, "other")
    async with worker(world, handler, observer=heard, contract=BRIEF, slots=1, stop=0) as running:
        (left,) = await heard.until(EventKind.RETRYING)
        (done,) = await heard.until(EventKind.COMPLETED)
        assert (left.id, done.id) == (stubborn.id, other.id)
        assert left.failure is not None
        assert left.failure.code == "JOB_TIME_LIMIT"
        go_on.set()
        await refused.wait()
        running.wake(JOB.queue)
    assert await effects(world) == []
    assert (await world.queue.get(stubborn.id)).state is State.RETRYING


async def test_many_that_refuse_leave_every_place_to_others(world: World) -> None:
    """Nobody's place is lost or counted twice, whichever comes first: the handler's end, or its being left."""
    go_on, heard = asyncio.Event(), Heard()

    async def handler(run: Run[Told]) -> None:
        while run.payload.text == "stubborn" and not go_on.is_set():
            try:
                await asyncio.wait_for(go_on.wait(), QUICK.cancel / 3)
            except (asyncio.CancelledError, TimeoutError):
                continue

    await ask(world, "stubborn", times=3 * QUICK.slots)
    await ask(world, "good", times=3 * QUICK.slots)
    async with worker(world, handler, observer=heard, contract=BRIEF, stop=0):
        await heard.until(EventKind.RETRYING, 3 * QUICK.slots)
        await heard.until(EventKind.COMPLETED, 3 * QUICK.slots)
        go_on.set()


async def test_a_kind_that_no_worker_knows_disturbs_no_time_limit(world: World) -> None:
    heard, contract = Heard(), replace(JOB, name="test.unknown")
    await ask(world, contract=contract, times=200)
    await ask_one(world)
    async with worker(world, for_ever, observer=heard, contract=BRIEF, watch=0.0):
        await heard.until(EventKind.DEAD, 200)
        await heard.until(EventKind.RETRYING)
