"""Maintenance: what has ended is forgotten, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.expire_sessions import ExpireSessions
from application.jobs.catalogue.maintenance import EXPIRE_SESSIONS, FORGET_ANSWERS, PURGE_JOBS, Deleted
from application.jobs.contracts import Nothing
from application.jobs.forget_answers import ForgetAnswers
from application.jobs.purge_jobs import Kept, PurgeJobs
from application.jobs.run import Work
from application.shared.answers import KEPT_FOR, Claim, PlainAnswer
from domain.accounts.session import SESSION_LIFETIME
from domain.jobs.execution import EventKind, State
from domain.shared.errors import Unauthenticated
from domain.shared.ids import UserId
from tests.behaviour.jobs import Heard, worker
from tests.behaviour.maintaining import Told, a_run
from tests.behaviour.people import People
from tests.behaviour.scheduling import OPERATOR, Scheduling
from tests.behaviour.world import World
from tests.fakes.world import START

ADMIN, REQUEST = UserId(UUID(int=1)), b"this" * 8
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
        ids[state] = (await scheduling.run(added, OPERATOR, state)).schedule.last_job_id
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


@pytest.mark.parametrize("batch", [1, 2, 100])
async def test_old_answers_to_administrators_are_forgotten(world: World, batch: int) -> None:
    """Also keys whose request was never answered; a key that is free may stand for anything."""
    for key in ("first", "second"):
        await answered(world, key)
    await world.answers.claim(Claim(ADMIN, "never", REQUEST, START), START)
    world.clock.advance(SECOND)
    await answered(world, "late")
    forget, told = ForgetAnswers(world.answers, batch), Told()
    world.clock.advance(KEPT_FOR - SECOND)
    assert (await forget(a_run(world, FORGET_ANSWERS))).deleted == 0
    world.clock.advance(SECOND)
    assert (await forget(a_run(world, FORGET_ANSWERS, told))).deleted == 3
    assert told.messages[-1] == "3 answers deleted"
    assert [row["key"] for row in (await world.tables())["administrator_answers"]] == ["late"]
    assert await answered(world, "late") == {"answer": "late"}
    assert await answered(world, "first", b"another!" * 4) == "first"


async def answered(world: World, key: str, request: bytes = REQUEST) -> object:
    """What an administrator is answered now."""

    async def act() -> tuple[str, PlainAnswer]:
        return key, {"answer": key}

    return await world.once(ADMIN, key, request, act)


async def test_answers_are_forgotten_by_a_worker(world: World) -> None:
    await answered(world, "first")
    world.clock.advance(KEPT_FOR + SECOND)
    heard = Heard()
    await world.queue.request(FORGET_ANSWERS, Nothing())
    works = {FORGET_ANSWERS.name: Work(FORGET_ANSWERS, ForgetAnswers(world.answers))}
    async with worker(world, works, observer=heard):
        (done,) = await heard.until(EventKind.COMPLETED)
    assert Deleted.model_validate_json(done.result or "").deleted == 1
    assert (await world.tables())["administrator_answers"] == []


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
