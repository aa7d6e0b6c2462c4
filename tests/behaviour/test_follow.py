"""Following jobs: to their ends, and through all that happens to them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from application.jobs.catalogue.system import PING, Ping
from application.jobs.follow import EVENTS_AT_ONCE, Follow, Pace
from application.jobs.ports import Head, JobEvent, JobQueries
from domain.jobs.execution import EventKind, Execution, Failure, State
from domain.shared.errors import NotFound
from domain.shared.ids import JobId
from tests.behaviour.world import World

SHORT = Pace(0.001, 2, 0.02)
LEASE = timedelta(seconds=10)


@pytest.fixture
def follow(world: World) -> Follow:
    return Follow(world.job_queries, SHORT)


async def a_job(world: World) -> Execution:
    return (await world.queue.request(PING, Ping())).execution


async def taken(world: World, job: Execution) -> Execution:
    """The job, with a worker."""
    (taken_job,) = await world.runs.claim(PING.queue, 1, "a worker", world.clock.now(), LEASE)
    assert taken_job.id == job.id
    return taken_job


async def heard(follow: Follow, job_id: JobId, after: int = 0) -> list[EventKind]:
    return [event.kind async for event in follow.events(job_id, after)]


async def test_the_end_is_waited_for(world: World, follow: Follow) -> None:
    job = await a_job(world)
    waiting = asyncio.create_task(follow.until_ended(job.id))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await world.queue.cancel(job.id)
    assert (await waiting).state is State.CANCELLED
    assert (await follow.until_ended(job.id)).state is State.CANCELLED


async def test_events_as_they_happen(world: World, follow: Follow) -> None:
    job = await a_job(world)
    events = follow.events(job.id)
    assert (await anext(events)).kind is EventKind.ENQUEUED
    upcoming = asyncio.ensure_future(anext(events))
    active = await taken(world, job)
    assert (await upcoming).kind is EventKind.ACTIVE
    step = active.tell(40, "Nearly half")
    assert await world.runs.progress(step, world.clock.now())
    told = await anext(events)
    assert told == JobEvent(job.id, 3, world.clock.now(), EventKind.PROGRESS, 1, 40, "Nearly half")
    await world.queue.cancel(job.id)
    assert await world.runs.settle([step.execution.cancelled(world.clock.now())], {}, world.clock.now()) == [True]
    assert [event.kind async for event in events] == [EventKind.CANCELLED]


async def test_events_after_one_that_is_known(world: World, follow: Follow) -> None:
    job = await a_job(world)
    await world.queue.cancel(job.id)
    assert await heard(follow, job.id) == [EventKind.ENQUEUED, EventKind.CANCELLED]
    assert await heard(follow, job.id, 1) == [EventKind.CANCELLED]
    assert await heard(follow, job.id, 2) == await heard(follow, job.id, 99) == []


async def test_an_end_that_was_none_is_passed(world: World, follow: Follow) -> None:
    job = await a_job(world)
    refused = (await taken(world, job)).refuse(Failure("NO", "No."), world.clock.now())
    await world.runs.settle([refused], {}, world.clock.now())
    await world.queue.retry(job.id)
    await world.queue.cancel(job.id)
    kinds = await heard(follow, job.id)
    assert kinds[1:] == [EventKind.ACTIVE, EventKind.FAILED, EventKind.REQUEUED, EventKind.CANCELLED]


async def test_more_events_than_are_read_at_once(world: World, follow: Follow) -> None:
    job = await a_job(world)
    active = await taken(world, job)
    for percent in range(EVENTS_AT_ONCE):
        assert await world.runs.progress(active.tell(percent % 100, ""), world.clock.now())
    ended = (await world.queue.get(job.id)).complete(None, world.clock.now())
    assert await world.runs.settle([ended], {}, world.clock.now()) == [True]
    assert len(await heard(follow, job.id)) == EVENTS_AT_ONCE + 3


async def test_a_job_that_is_not_there(follow: Follow) -> None:
    with pytest.raises(NotFound):
        await follow.until_ended(JobId(uuid4()))
    with pytest.raises(NotFound):
        await heard(follow, JobId(uuid4()))


def test_the_pace() -> None:
    pause, pauses = Pace().first, []
    while pause < Pace().longest:
        pauses.append(pause)
        pause = Pace().after(pause)
    assert len(pauses) == 10
    assert Pace().after(pause) == pause == 1.0


async def test_all_who_follow_share_their_questions(world: World) -> None:
    asked: list[int] = []

    class Counting:
        """Implements the JobQueries port over the world's."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.job_queries, name)

        async def heads(self, ids: Sequence[JobId]) -> Sequence[Head | None]:
            asked.append(len(ids))
            return await world.job_queries.heads(ids)

    follow, jobs = Follow(cast(JobQueries, Counting()), Pace(0.05, 1, 0.05)), [await a_job(world) for _ in range(50)]
    waiting = [asyncio.create_task(follow.until_ended(job.id)) for job in jobs]
    await asyncio.sleep(0.2)
    for job in jobs:
        await world.queue.cancel(job.id)
    await asyncio.gather(*waiting)
    assert sum(asked) > 100
    assert len(asked) < sum(asked) / 10
