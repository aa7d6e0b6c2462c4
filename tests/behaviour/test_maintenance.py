"""Maintenance: what has ended is forgotten, and nothing else."""

from datetime import timedelta

import pytest

from application.accounts.expire_sessions import ExpireSessions
from application.jobs.catalogue.maintenance import EXPIRE_SESSIONS, PURGE_JOBS
from application.jobs.purge_jobs import Kept, PurgeJobs
from domain.accounts.session import SESSION_LIFETIME
from domain.jobs.execution import State
from domain.shared.errors import Unauthenticated
from tests.behaviour.maintaining import Told, a_run
from tests.behaviour.people import People
from tests.behaviour.scheduling import OPERATOR, Scheduling
from tests.behaviour.world import World

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEPT = Kept(ended=3 * DAY, failed=9 * DAY)


@pytest.mark.parametrize("batch", [1, 2, 100])
async def test_sessions_that_have_ended_are_forgotten_with_their_tokens(
    world: World, people: People, batch: int
) -> None:
    ada, bo = await people.user("ada"), await people.user("bo")  # each with a session
    world.clock.advance(SESSION_LIFETIME - SECOND)
    live = [await people.signed_in("ada"), await people.signed_in("bo")]
    going_on = await people.refresh(live[0].refresh_token)
    await people.log_out((await people.signed_in("ada")).refresh_token)
    before = await world.tables()
    expire, told = ExpireSessions(world.transactions, batch), Told()
    assert (await expire(a_run(world, EXPIRE_SESSIONS))).deleted == 1
    world.clock.advance(SECOND)
    assert (await expire(a_run(world, EXPIRE_SESSIONS, told))).deleted == 2
    assert told.messages[-1] == "2 sessions deleted"
    assert (await expire(a_run(world, EXPIRE_SESSIONS))).deleted == 0
    after = await world.tables()
    assert (len(before["sessions"]), len(after["sessions"])) == (5, 2)
    assert [row["user_id"] for row in after["sessions"]] == [ada.id, bo.id]
    assert {row["session_id"] for row in after["refresh_tokens"]} == {row["id"] for row in after["sessions"]}
    assert len(after["refresh_tokens"]) == 3
    await people.refresh(going_on.refresh_token)


async def test_a_token_that_is_forgotten_is_refused_as_before(world: World, people: People) -> None:
    await people.user("ada")
    token = (await people.signed_in("ada")).refresh_token
    await people.log_out(token)
    await ExpireSessions(world.transactions)(a_run(world, EXPIRE_SESSIONS))
    with pytest.raises(Unauthenticated, match="Sign in again"):
        await people.refresh(token)


@pytest.mark.parametrize("batch", [1, 100])
async def test_old_jobs_are_purged_with_their_history(world: World, batch: int) -> None:
    """Those that failed are kept longer, and those that have not ended for ever."""
    scheduling = Scheduling(world)
    ids = {}
    for state in State:
        added = await scheduling.added(name=state)
        ids[state] = (await scheduling.run(added, OPERATOR)).last_job_id
        if state is not State.PENDING:
            await scheduling.bring((await scheduling.last_job(added)).id, state)
    purge, told = PurgeJobs(world.old_jobs, KEPT, batch), Told()
    world.clock.advance(KEPT.ended)
    assert (await purge(a_run(world, PURGE_JOBS))).deleted == 0
    world.clock.advance(SECOND)
    assert (await purge(a_run(world, PURGE_JOBS))).deleted == 2
    left = {State.PENDING, State.ACTIVE, State.RETRYING, State.FAILED, State.DEAD_LETTER}
    assert {row["id"] for row in await scheduling.jobs()} == {ids[state] for state in left}
    world.clock.advance(KEPT.failed - KEPT.ended)
    assert (await purge(a_run(world, PURGE_JOBS, told))).deleted == 2
    tables = await world.tables()
    left -= {State.FAILED, State.DEAD_LETTER}
    assert {row["id"] for row in tables["job_executions"]} == {ids[state] for state in left}
    assert {row["job_id"] for row in tables["job_events"]} == {ids[state] for state in left}
    assert told.messages[-1] == "2 jobs deleted that were failed or dead_letter"


async def test_a_schedule_outlives_the_jobs_that_it_started(world: World) -> None:
    scheduling = Scheduling(world)
    added = await scheduling.added()
    await scheduling.at(world.clock.now() + timedelta(hours=1))
    await scheduling.end()
    world.clock.advance(KEPT.ended + SECOND)
    await PurgeJobs(world.old_jobs, KEPT)(a_run(world, PURGE_JOBS))
    assert await scheduling.jobs() == []
    assert await scheduling.tick(1) == 1
    assert (await scheduling.one(added)).skipped == 0
