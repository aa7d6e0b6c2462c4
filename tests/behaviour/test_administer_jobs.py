"""Administrators mend and clear jobs, and the log says so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from application.jobs.administer_jobs import MOST_AT_ONCE, AdministerJobs
from application.jobs.ports import JobsOf
from application.shared.store import StoreBusy
from domain.jobs.execution import EventKind, Execution, Failure, Queue, State
from domain.shared.administration import AdminAction
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import JobId, UserId
from tests.behaviour.acting import actions, an_admin, logged
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty


@pytest.fixture
def administer(world: World) -> AdministerJobs:
    return AdministerJobs(world.transactions, world.clock, world.ids)


async def a_job(world: World, state: State = State.DEAD_LETTER, **changes: Any) -> Execution:
    """A job in a state, as a worker may have left it."""
    now = world.clock.now()
    job = Execution(JobId(world.ids.new()), "system.ping", 1, Queue.MAINTENANCE, "{}", now, now)
    if state.final:
        failure = Failure("JOB_FAULT", "The job met a fault.", "Traceback")
        job = replace(job, attempt=4, failures=4, failure=failure, started_at=now, finished_at=now)
    job = replace(job, state=state, **changes)
    async with world.transactions() as transaction:
        await transaction.jobs.add([job])
        await transaction.commit()
    return job


async def states(world: World, jobs: Sequence[Execution]) -> list[State]:
    return [(await world.queue.get(job.id)).state for job in jobs]


async def test_trying_one_again(world: World, administer: AdministerJobs) -> None:
    actor = await an_admin(world)
    for state in (State.FAILED, State.DEAD_LETTER):
        job = await a_job(world, state)
        again = await administer.retry(job.id, actor)
        assert (again.state, again.failures) == (State.PENDING, 0)
        assert again == await world.queue.get(job.id)
        record = (await logged(world))[-1]
        assert (record.action, record.subject_id, record.actor.reason) == (
            AdminAction.JOB_REQUEUED,
            job.id,
            actor.reason,
        )
        assert record.before == {
            "name": "system.ping",
            "queue": "maintenance",
            "state": state,
            "failures": 4,
            "error": "JOB_FAULT",
            "cancel_asked": False,
        }
        assert record.after == {**record.before, "state": "pending", "failures": 0}


async def test_taking_one_back(world: World, administer: AdministerJobs) -> None:
    actor, job = await an_admin(world), await a_job(world, State.PENDING)
    assert (await administer.cancel(job.id, actor)).state is State.CANCELLED
    events = await world.job_queries.events(job.id, 10)
    assert [event.kind for event in events] == [EventKind.ENQUEUED, EventKind.CANCELLED]
    assert await actions(world) == [AdminAction.JOB_CANCELLED]


async def test_what_is_refused_leaves_nothing(world: World, administer: AdministerJobs) -> None:
    actor, waiting, done = await an_admin(world), await a_job(world, State.PENDING), await a_job(world, State.COMPLETED)
    before = await world.tables()
    with pytest.raises(Conflict, match="cannot be tried again"):
        await administer.retry(waiting.id, actor)
    with pytest.raises(Conflict, match="cannot be cancelled"):
        await administer.cancel(done.id, actor)
    with pytest.raises(NotFound):
        await administer.retry(JobId(uuid4()), actor)
    for clear in (administer.requeue_dead, administer.purge_dead):
        assert await clear(JobsOf(), actor) == 0
    assert await world.tables() == before


async def test_dead_letters_of_all_kinds(world: World, administer: AdministerJobs) -> None:
    """Each filter finds one; what is not dead is left alone."""
    actor, user, now = await an_admin(world), UserId(uuid4()), world.clock.now()
    others = [await a_job(world, state) for state in State if state not in (State.DEAD_LETTER, State.ACTIVE)]
    later = replace(await a_job(world), created_at=now)
    for changes, wanted in (
        ({"name": "email.send"}, JobsOf(name="email.send")),
        ({"queue": Queue.REPORTS}, JobsOf(queue=Queue.REPORTS)),
        ({"requested_by": user}, JobsOf(requested_by=user)),
        ({"created_at": now.replace(year=2020)}, JobsOf(until=now)),
        ({"created_at": now.replace(year=2040)}, JobsOf(since=now.replace(year=2039))),
    ):
        job = await a_job(world, **changes)
        assert await administer.requeue_dead(wanted, actor) == 1
        assert await states(world, [job, later]) == [State.PENDING, State.DEAD_LETTER]
    expected = [job.state for job in others]
    assert await administer.purge_dead(JobsOf(), actor) == 1
    assert await states(world, others) == expected
    with pytest.raises(NotFound):
        await world.queue.get(later.id)


async def test_so_many_at_once_the_oldest_first(world: World, administer: AdministerJobs) -> None:
    actor, jobs = await an_admin(world), [await a_job(world) for _ in range(MOST_AT_ONCE + 2)]
    assert await administer.requeue_dead(JobsOf(), actor) == MOST_AT_ONCE
    assert await states(world, jobs) == [State.PENDING] * MOST_AT_ONCE + [State.DEAD_LETTER] * 2
    assert await administer.purge_dead(JobsOf(), actor) == 2
    records = await logged(world)
    assert [record.subject_id for record in records] == [job.id for job in jobs]
    assert [record.action for record in records[-2:]] == [AdminAction.JOB_PURGED] * 2
    assert records[-1].after == {}
    tables = await world.tables()
    assert {row["job_id"] for row in tables["job_events"]} == {job.id for job in jobs[:MOST_AT_ONCE]}


async def test_no_change_without_its_record(world: World) -> None:
    async def cut() -> None:
        raise StoreBusy("cut")

    actor, job = await an_admin(world), await a_job(world)
    before = await world.tables()
    administer = AdministerJobs(faulty(world.transactions, Faults(before_commit=cut)), world.clock, world.ids)
    with pytest.raises(StoreBusy):
        await administer.purge_dead(JobsOf(), actor)
    assert await world.tables() == before
    assert await states(world, [job]) == [State.DEAD_LETTER]
