"""Schedules: added, paused, resumed, removed and run by administrators, declared by settings."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.jobs.schedule import MAX_SCHEDULES, Missed, Source
from domain.shared.administration import AdminAction
from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound
from domain.shared.ids import ScheduleId
from tests.behaviour.acting import actions, an_admin, logged
from tests.behaviour.refusals import assert_refused
from tests.behaviour.scheduling import BATCH, OPERATOR, Scheduling, plan
from tests.behaviour.world import World
from tests.fakes.world import START

HOUR = timedelta(hours=1)


@pytest.fixture
def scheduling(world: World) -> Scheduling:
    return Scheduling(world)


def told(rows: list[dict[str, Any]]) -> list[tuple[str, datetime, bool]]:
    return sorted((row["name"], row["next_at"], row["paused"]) for row in rows)


async def test_one_is_added(world: World, scheduling: Scheduling) -> None:
    root = await an_admin(world)
    wanted = plan(zone="Europe/London", missed=Missed.SKIP)
    added = await scheduling.add(wanted, root)
    assert (added.plan, added.source, added.created_by) == (wanted, Source.API, root.admin_id)
    assert (added.next_at, added.created_at, added.paused, added.skipped) == (START + HOUR, START, False, 0)
    stored = await scheduling.one(added.id)
    assert json.loads(stored.plan.payload) == {"echo": "x"}
    assert stored == added
    assert await world.schedule_queries.next_at() == START + HOUR
    (record,) = await logged(world)
    assert (record.action, record.subject_id, record.before) == (AdminAction.SCHEDULE_ADDED, added.id, {})
    assert (record.after["name"], record.after["cron"], record.after["paused"]) == ("hourly", "0 * * * *", False)


async def test_what_cannot_be_added(world: World, scheduling: Scheduling) -> None:
    await scheduling.added()
    for changes, kind, code in (
        ({"cron": "* * *"}, Invalid, "CRON_MALFORMED"),
        ({"cron": "0 0 */31 2 MON#5"}, Invalid, "CRON_NEVER"),
        ({"zone": "Mars/Base"}, Invalid, "TIME_ZONE_UNKNOWN"),
        ({"job": "no.job"}, NotFound, "JOB_UNKNOWN"),
        ({"job": "secret.job"}, Forbidden, "JOB_NOT_OPEN"),
        ({"payload": '{"seconds": -1}'}, Invalid, "JOB_PAYLOAD"),
        ({"payload": '{"else": 1}'}, Invalid, "JOB_PAYLOAD"),
        ({}, Conflict, "SCHEDULE_EXISTS"),
    ):
        wanted = plan(**{"name": "hourly" if not changes else "another"} | changes)
        await assert_refused(world, scheduling.add(wanted, OPERATOR), kind, code)


async def test_they_are_bounded(world: World, scheduling: Scheduling) -> None:
    added = await scheduling.added()
    one = await scheduling.one(added)
    async with world.transactions() as transaction:
        for number in range(MAX_SCHEDULES - 1):
            more = plan(f"more {number}")
            await transaction.schedules.add(type(one)(ScheduleId(world.ids.new()), more, Source.API, START, START))
        await transaction.commit()
    await assert_refused(world, scheduling.add(plan("last"), OPERATOR), Conflict, "SCHEDULES_MAX")
    await scheduling.remove(added, OPERATOR)
    await scheduling.add(plan("last"), OPERATOR)


async def test_a_paused_one_starts_nothing(world: World, scheduling: Scheduling) -> None:
    root = await an_admin(world)
    added = await scheduling.added(root)
    assert (await scheduling.change.pause(added, root)).paused
    assert (await scheduling.change.pause(added, root)).paused
    assert await world.schedule_queries.next_at() is None
    assert await scheduling.at(START + 3 * HOUR) == 0
    resumed = await scheduling.change.resume(added, root)
    assert (resumed.paused, resumed.next_at) == (False, START + 4 * HOUR)
    assert await scheduling.change.resume(added, root) == resumed
    assert (await scheduling.at(START + 3.5 * HOUR), await scheduling.jobs()) == (0, [])
    assert await scheduling.at(START + 4 * HOUR) == 1
    assert await actions(world) == [
        AdminAction.SCHEDULE_ADDED,
        AdminAction.SCHEDULE_PAUSED,
        AdminAction.SCHEDULE_RESUMED,
    ]


async def test_a_removed_one_is_gone_and_its_jobs_stay(world: World, scheduling: Scheduling) -> None:
    root = await an_admin(world)
    added = await scheduling.added(root)
    await scheduling.at(START + HOUR)
    assert (await scheduling.remove(added, root)).id == added
    assert await scheduling.at(START + 2 * HOUR) == 0
    assert len(await scheduling.jobs()) == 1
    assert (await logged(world))[-1].action is AdminAction.SCHEDULE_REMOVED
    await assert_refused(world, scheduling.run(added, root, "key"), NotFound, "SCHEDULE_NOT_FOUND")
    for gone in (scheduling.remove, scheduling.change.pause, scheduling.change.resume):
        await assert_refused(world, gone(added, root), NotFound, "SCHEDULE_NOT_FOUND")


async def test_one_is_run_besides_its_times(world: World, scheduling: Scheduling) -> None:
    root = await an_admin(world)
    added = await scheduling.added(root)
    await scheduling.change.pause(added, root)
    run, repeated = await scheduling.run(added, root, "key")
    job = await scheduling.last_job(added)
    assert (job.name, job.requested_by, job.due_at, job.id) == ("system.ping", root.admin_id, START, run.last_job_id)
    assert (run.next_at, run.last_fire_at, repeated) == (START + HOUR, START, False)
    await assert_refused(world, scheduling.run(added, root, "another"), Conflict, "SCHEDULE_RUNNING")
    await scheduling.end()
    assert (await scheduling.run(added, root, "another")).schedule.last_job_id != run.last_job_id
    assert (await logged(world))[2].after["job_id"] == str(job.id)


async def test_one_is_run_once_for_each_administrators_key(world: World, scheduling: Scheduling) -> None:
    root, boss = await an_admin(world), await an_admin(world, "boss")
    first, second = await scheduling.added(root), await scheduling.added(root, name="second")
    run = (await scheduling.run(first, root, "key")).schedule
    await scheduling.at(START + HOUR)
    await scheduling.end()
    await scheduling.at(START + 2 * HOUR)
    before = await world.tables()
    again, repeated = await scheduling.run(first, root, "key")
    assert (again.last_job_id, again.last_fire_at, repeated) == (run.last_job_id, START, True)
    assert await world.tables() == before
    started = {run.last_job_id}
    for schedule_id, actor in ((first, boss), (second, root), (second, boss)):
        await scheduling.end()
        other, repeated = await scheduling.run(schedule_id, actor, "key")
        assert not repeated
        started.add(other.last_job_id)
    assert len(started) == 4


async def test_the_list_goes_on_where_it_ended(world: World, scheduling: Scheduling) -> None:
    added = [await scheduling.added(name=f"schedule {number}") for number in range(5)]
    read = world.schedule_queries.schedules
    assert [each.id for each in await read(2)] == added[:2]
    assert [each.id for each in await read(BATCH, added[1])] == added[2:]


async def test_the_settings_declare_theirs(world: World, scheduling: Scheduling) -> None:
    await scheduling.declare([plan("b"), plan("a", "30 * * * *")])
    tables = await world.tables()
    half = START + HOUR / 2
    assert told(tables["job_schedules"]) == [("a", half, False), ("b", START + HOUR, False)]
    world.clock.advance(5 * HOUR)
    await scheduling.declare([plan("a", "30 * * * *"), plan("b")])
    assert await world.tables() == tables
    await scheduling.declare([plan("a", "15 * * * *"), plan("c")])
    (first, _) = await world.schedule_queries.schedules(BATCH)
    rows = (await world.tables())["job_schedules"]
    assert told(rows) == [("a", START + 5.25 * HOUR, False), ("c", START + 6 * HOUR, False)]
    assert (first.plan.cron, first.source) == ("15 * * * *", Source.SETTINGS)


async def test_what_the_settings_declare_is_paused_and_not_removed(world: World, scheduling: Scheduling) -> None:
    await scheduling.declare([plan("a")])
    (declared,) = await world.schedule_queries.schedules(BATCH)
    root = await an_admin(world)
    await assert_refused(world, scheduling.remove(declared.id, root), Conflict, "SCHEDULE_OF_SETTINGS")
    await scheduling.change.pause(declared.id, root)
    await scheduling.declare([plan("a", "15 * * * *")])
    assert (await scheduling.one(declared.id)).paused
    assert await scheduling.at(START + HOUR) == 0


async def test_the_settings_take_a_name_over_and_leave_others_alone(world: World, scheduling: Scheduling) -> None:
    taken, other = await scheduling.added(name="taken"), await scheduling.added(name="other")
    await scheduling.declare([plan("taken", "15 * * * *")])
    assert (await scheduling.one(taken)).source is Source.SETTINGS
    assert (await scheduling.one(other)).source is Source.API
    await scheduling.declare([])
    assert [each.id for each in await world.schedule_queries.schedules(BATCH)] == [other]


async def test_settings_that_cannot_be_used_change_nothing(world: World, scheduling: Scheduling) -> None:
    await scheduling.declare([plan("a")])
    for wanted, kind, code in (
        (plan("b", job="no.job"), NotFound, "JOB_UNKNOWN"),
        (plan("b", payload='{"else": 1}'), Invalid, "JOB_PAYLOAD"),
        (plan("b", "x"), Invalid, "CRON_MALFORMED"),
    ):
        await assert_refused(world, scheduling.declare([plan("c"), wanted]), kind, code)
    await scheduling.declare([plan("a"), plan("s", job="secret.job", payload="{}")])
    assert len(await world.schedule_queries.schedules(BATCH)) == 2
