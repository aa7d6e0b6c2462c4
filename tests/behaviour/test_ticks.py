"""Ticks: each time of a schedule starts one job at most, and none while the one before goes on."""

import asyncio
from datetime import timedelta

import pytest

from application.jobs.schedules.tick import MISSED, RUNNING
from domain.jobs.execution import State
from domain.jobs.schedule import GRACE, Missed, Schedule, Source
from domain.shared.ids import ScheduleId
from tests.behaviour.scheduling import BATCH, Scheduling, plan
from tests.behaviour.world import World
from tests.fakes.world import START

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def scheduling(world: World) -> Scheduling:
    return Scheduling(world)


async def test_a_time_starts_a_job_once(world: World, scheduling: Scheduling) -> None:
    added = await scheduling.added()
    assert await scheduling.at(START + HOUR - SECOND) == 0
    assert [await scheduling.at(START + HOUR) for _ in range(3)] == [1, 0, 0]
    (job,) = await scheduling.jobs()
    assert (job["name"], job["payload"]["echo"], job["state"]) == ("system.ping", "x", State.PENDING)
    assert job["key"] == f"cron:{added}:2026-03-01T13:00:00+00:00"
    schedule = await scheduling.one(added)
    assert (schedule.next_at, schedule.last_fire_at, schedule.last_job_id) == (
        START + 2 * HOUR,
        START + HOUR,
        job["id"],
    )
    assert (schedule.skipped, schedule.trouble) == (0, None)


async def test_ticks_at_the_same_time_start_one_job(world: World, scheduling: Scheduling) -> None:
    names = [f"schedule {number}" for number in range(5)]
    for name in names:
        await scheduling.added(name=name)
    world.clock.time = START + HOUR
    due = await asyncio.gather(*(scheduling.tick(2) for _ in range(4)))
    while await scheduling.tick(2):
        continue
    assert sum(due) <= len(names)
    assert len(await scheduling.jobs()) == len(names)


async def test_what_is_due_longest_comes_first_and_no_more_than_asked_for(scheduling: Scheduling) -> None:
    late = await scheduling.added(name="late", cron="30 * * * *")
    later = [await scheduling.added(name=f"later {number}") for number in range(2)]
    scheduling.world.clock.advance(2 * HOUR)
    assert await scheduling.tick(1) == 1
    assert (await scheduling.one(late)).last_job_id is not None
    assert await scheduling.tick(5) == 2
    for each in later:
        assert (await scheduling.one(each)).last_fire_at == START + HOUR


@pytest.mark.parametrize("state", [State.PENDING, State.ACTIVE, State.RETRYING])
async def test_no_job_is_started_while_the_one_before_goes_on(scheduling: Scheduling, state: State) -> None:
    added = await scheduling.added()
    await scheduling.at(START + HOUR)
    job = await scheduling.last_job(added)
    if state is not State.PENDING:
        await scheduling.bring(job.id, state)
    assert await scheduling.at(START + 2 * HOUR) == 1
    assert await scheduling.at(START + 3 * HOUR) == 1
    schedule = await scheduling.one(added)
    assert (schedule.skipped, schedule.trouble, schedule.next_at) == (2, RUNNING, START + 4 * HOUR)
    assert (schedule.last_job_id, len(await scheduling.jobs())) == (job.id, 1)
    await scheduling.end()
    await scheduling.at(START + 4 * HOUR)
    schedule = await scheduling.one(added)
    assert (schedule.skipped, schedule.trouble, len(await scheduling.jobs())) == (2, None, 2)


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED, State.DEAD_LETTER, State.CANCELLED])
async def test_a_job_that_ended_in_whatever_way_is_followed(scheduling: Scheduling, state: State) -> None:
    added = await scheduling.added()
    await scheduling.at(START + HOUR)
    await scheduling.bring((await scheduling.last_job(added)).id, state)
    await scheduling.at(START + 2 * HOUR)
    assert (len(await scheduling.jobs()), (await scheduling.one(added)).skipped) == (2, 0)


async def test_a_job_that_is_tried_again_by_hand_counts(world: World, scheduling: Scheduling) -> None:
    added = await scheduling.added()
    await scheduling.at(START + HOUR)
    job_id = (await scheduling.last_job(added)).id
    await scheduling.bring(job_id, State.DEAD_LETTER)
    async with world.transactions() as transaction:
        now = world.clock.now()
        await transaction.jobs.change([(await transaction.jobs.lock(job_id)).requeue(now)], now)
        await transaction.commit()
    await scheduling.at(START + 2 * HOUR)
    assert (await scheduling.one(added)).trouble == RUNNING


@pytest.mark.parametrize("missed", Missed)
async def test_after_a_rest(scheduling: Scheduling, missed: Missed) -> None:
    """No scheduler ran for five hours and a half."""
    added = await scheduling.added(missed=missed)
    assert await scheduling.at(START + 5.5 * HOUR) == 1
    schedule = await scheduling.one(added)
    if missed is Missed.ONCE:
        assert (schedule.last_fire_at, schedule.skipped, schedule.trouble) == (START + HOUR, 0, None)
    else:
        assert (schedule.last_fire_at, schedule.skipped, schedule.trouble) == (None, 1, MISSED)
    assert schedule.next_at == START + 6 * HOUR
    assert len(await scheduling.jobs()) == (missed is Missed.ONCE)
    await scheduling.end()
    await scheduling.at(START + 6 * HOUR)
    assert (await scheduling.one(added)).last_fire_at == START + 6 * HOUR


async def test_what_was_missed_by_little_is_still_good(scheduling: Scheduling) -> None:
    added = await scheduling.added(missed=Missed.SKIP)
    await scheduling.at(START + 3 * HOUR + GRACE - SECOND)
    schedule = await scheduling.one(added)
    assert (schedule.last_fire_at, schedule.skipped) == (START + 3 * HOUR, 0)


async def test_one_that_cannot_be_started_holds_up_no_other(world: World, scheduling: Scheduling) -> None:
    """Its job is gone with an older version, its payload fits no more, or its zone is not known on this machine."""
    broken = {"job": "gone.job", "payload": '{"else": 1}', "zone": "Mars/Base"}
    async with world.transactions() as transaction:
        for name, value in broken.items():
            bad = plan(name, **{name: value})
            await transaction.schedules.add(Schedule(ScheduleId(world.ids.new()), bad, Source.API, START, START))
        await transaction.commit()
    good = await scheduling.added(name="good")
    assert await scheduling.at(START + HOUR) == 4
    assert [row["name"] for row in await scheduling.jobs()] == ["system.ping"]
    job, payload, zone, fired = await world.schedule_queries.schedules(BATCH)
    assert (job.skipped, job.trouble, job.paused) == (1, "Choose one of secret.job, system.ping.", False)
    assert (payload.skipped, payload.next_at, payload.paused) == (1, START + 2 * HOUR, False)
    assert (zone.paused, zone.trouble) == (True, "Give an IANA time zone, such as Europe/London.")
    assert (fired.id, fired.last_fire_at) == (good, START + HOUR)
