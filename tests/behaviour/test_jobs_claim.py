"""How workers take jobs: what is due, in its order, and none of them twice."""

import asyncio
from datetime import timedelta

from application.jobs.queue_service import Asked
from domain.jobs.execution import EventKind, Queue, State
from tests.behaviour.jobs import EFFECT, LEASE, SECOND, ask, ask_one, claimed, history, row_of
from tests.behaviour.world import World

MOMENT = timedelta(microseconds=1)


async def test_what_is_taken_is_active_and_leased(world: World) -> None:
    asked = await ask_one(world)
    world.clock.advance(SECOND)
    (taken,) = await claimed(world)
    assert taken == await world.queue.get(asked.id)
    assert (taken.state, taken.attempt, taken.seq) == (State.ACTIVE, 1, 2)
    assert (taken.lease_until, taken.started_at) == (world.clock.now() + LEASE, world.clock.now())
    assert (await row_of(world, asked))["worker"] == "a worker"
    assert await history(world, asked) == [EventKind.ENQUEUED, EventKind.ACTIVE]
    assert await claimed(world) == []


async def test_in_the_order_of_becoming_due_and_then_of_being_asked_for(world: World) -> None:
    now = world.clock.now()
    late = await ask_one(world, asked=Asked(due_at=now + SECOND))
    early = await ask_one(world, asked=Asked(due_at=now + MOMENT))
    first, second = await ask(world, times=2)
    world.clock.advance(SECOND)
    assert [job.id for job in await claimed(world, 3)] == [first.id, second.id, early.id]
    assert [job.id for job in await claimed(world, 3)] == [late.id]


async def test_a_queue_has_its_own_jobs(world: World) -> None:
    report, effect = await ask_one(world), await ask_one(world, contract=EFFECT)
    assert [job.id for job in await claimed(world, 9, Queue.NOTIFICATIONS)] == [effect.id]
    assert [job.id for job in await claimed(world, 9, Queue.REPORTS)] == [report.id]


async def test_no_two_share_a_job(world: World) -> None:
    asked = await ask(world, times=25)
    taken = await asyncio.gather(*(claimed(world, 10) for _ in range(4)))
    assert all(len(jobs) <= 10 for jobs in taken)
    every = [job.id for jobs in taken for job in jobs] + [job.id for job in await claimed(world, 25)]
    assert sorted(every) == sorted(job.id for job in asked)


async def test_one_that_another_changes_is_left_out(world: World) -> None:
    first, second = await ask(world, times=2)
    async with world.transactions() as transaction:
        await transaction.jobs.lock(first.id)
        claiming = asyncio.create_task(claimed(world, 2))
        done, _ = await asyncio.wait([claiming], timeout=0.2)
        await transaction.commit()
    taken = [job.id for job in await claiming]
    assert taken == ([second.id] if done else [first.id, second.id])  # the store in memory lets it wait instead


async def test_when_the_next_one_is_due(world: World) -> None:
    now, queues = world.clock.now(), [Queue.REPORTS, Queue.NOTIFICATIONS, Queue.TRADES]
    assert await world.runs.next_due(queues) == {}
    await ask_one(world, asked=Asked(due_at=now + 2 * SECOND))
    await ask_one(world, asked=Asked(due_at=now + SECOND))
    await ask_one(world, contract=EFFECT)
    assert await world.runs.next_due(queues) == {Queue.REPORTS: now + SECOND, Queue.NOTIFICATIONS: now}
    await claimed(world, 9, Queue.NOTIFICATIONS)
    assert await world.runs.next_due(queues) == {Queue.REPORTS: now + SECOND}
    assert await world.runs.next_due([Queue.TRADES]) == {}


async def test_of_a_job_that_is_taken_again_the_first_start_counts(world: World) -> None:
    await ask_one(world)
    (first,) = await claimed(world)
    await world.runs.settle([first.release()], {}, world.clock.now())
    world.clock.advance(SECOND)
    (second,) = await claimed(world)
    assert (second.attempt, second.started_at) == (2, first.started_at)
