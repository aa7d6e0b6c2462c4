"""Schedules over HTTP: administrators keep them, with a reason for each change."""

from datetime import UTC, datetime
from uuid import uuid4

from application.shared.answers import ABANDONED_AFTER
from entrypoints.container import Container
from tests.http.administering import ADMIN, WHY, actions, an_admin
from tests.http.client import Client
from tests.http.keyed import replayed
from tests.support import on_database

SCHEDULES = f"{ADMIN}/schedules"
KEY = "as decided"
DIED = "UPDATE administrator_answers SET answer = NULL, claimed_at = claimed_at - $1::interval"
DAILY = {
    "name": "daily",
    "job": "system.ping",
    "payload": {"echo": "x", "seconds": 1.5},
    "cron": "30 8 * * 1-5",
    "zone": "Europe/London",
    "missed": "skip",
    **WHY,
}


async def test_one_is_added_and_listed(api: Client, exchange: Container) -> None:
    root, admin = await an_admin(api, exchange)
    reply = await admin.post(SCHEDULES, DAILY)
    assert reply.status == 201
    told = {name: value for name, value in DAILY.items() if name != "reason"}
    assert reply.data == told | {
        **{name: reply.data[name] for name in ("id", "nextAt", "createdAt")},
        "source": "api",
        "paused": False,
        "lastFireAt": None,
        "lastJobId": None,
        "skipped": 0,
        "trouble": None,
        "createdBy": str(root),
    }
    next_at = datetime.fromisoformat(reply.data["nextAt"])
    assert next_at > datetime.now(UTC)
    assert next_at.minute == 30
    (item,) = (await admin.get(SCHEDULES)).data["items"]
    assert item == reply.data
    assert await actions(admin, subjectId=item["id"]) == ["SCHEDULE_ADDED"]
    assert (await admin.post(SCHEDULES, DAILY)).refused == (409, "SCHEDULE_EXISTS")


async def test_one_is_added_once_for_its_key(api: Client, exchange: Container, database_url: str) -> None:
    """Also where whoever added it died before he said so: then the name is taken."""
    _, admin = await an_admin(api, exchange)
    first, again = await admin.post(SCHEDULES, DAILY, KEY), await admin.post(SCHEDULES, DAILY, KEY)
    assert (again.status, again.data) == (201, first.data)
    assert (replayed(first), replayed(again)) == (False, True)
    another = DAILY | {"name": "another"}
    assert (await admin.post(SCHEDULES, another, KEY)).refused == (422, "IDEMPOTENCY_CONFLICT")
    assert (await admin.post(SCHEDULES, another, "another")).status == 201
    await on_database(database_url, DIED, ABANDONED_AFTER)
    for repeated in (False, True):
        late = await admin.post(SCHEDULES, DAILY, KEY)
        assert (late.refused, replayed(late)) == ((409, "SCHEDULE_EXISTS"), repeated)
    assert [item["name"] for item in (await admin.get(SCHEDULES)).data["items"]] == ["daily", "another"]


async def test_what_is_not_given_is_the_usual(api: Client, exchange: Container) -> None:
    _, admin = await an_admin(api, exchange)
    body = {"name": "hourly", "job": "system.ping", "cron": "0 * * * *", **WHY}
    reply = await admin.post(SCHEDULES, body)
    assert (reply.data["zone"], reply.data["payload"], reply.data["missed"]) == ("UTC", {}, "once")


async def test_what_cannot_be_added(api: Client, exchange: Container) -> None:
    _, admin = await an_admin(api, exchange)
    for change, refused in (
        ({"cron": "30 8 * *"}, (422, "CRON_MALFORMED")),
        ({"cron": "0 0 */31 2 MON#5"}, (422, "CRON_NEVER")),
        ({"cron": ""}, (422, "FIELD_INVALID")),
        ({"zone": "Mars/Base"}, (422, "TIME_ZONE_UNKNOWN")),
        ({"name": "a\0b"}, (422, "SCHEDULE_NAME")),
        ({"name": ""}, (422, "FIELD_INVALID")),
        ({"missed": "twice"}, (422, "MISSED_UNKNOWN")),
        ({"payload": {"echo": 1}}, (422, "JOB_PAYLOAD")),
        ({"payload": {"echo": "\0"}}, (422, "JOB_PAYLOAD")),
        ({"payload": "x"}, (422, "FIELD_INVALID")),
        ({"job": "no.job"}, (404, "JOB_UNKNOWN")),
        ({"job": "email.send", "payload": {}}, (403, "JOB_NOT_OPEN")),
        ({"reason": ""}, (422, "FIELD_INVALID")),
    ):
        assert (await admin.post(SCHEDULES, DAILY | change)).refused == refused, change
    assert (await admin.get(SCHEDULES)).data["items"] == []


async def test_its_life(api: Client, exchange: Container) -> None:
    _, admin = await an_admin(api, exchange)
    added = (await admin.post(SCHEDULES, DAILY)).data
    path = f"{SCHEDULES}/{added['id']}"
    paused = await admin.post(f"{path}/pause", WHY)
    assert (paused.status, paused.data["paused"], paused.data["nextAt"]) == (200, True, None)
    resumed = await admin.post(f"{path}/resume", WHY)
    assert (resumed.data["paused"], resumed.data["nextAt"]) == (False, added["nextAt"])
    run = await admin.post(f"{path}/run", WHY)
    assert (run.status, run.headers["Location"]) == (202, f"/api/v1/jobs/{run.data['lastJobId']}")
    assert run.data["nextAt"] == added["nextAt"]
    assert (await admin.post(f"{path}/run", WHY)).refused == (409, "SCHEDULE_RUNNING")
    removed = await admin.post(f"{path}/remove", WHY)
    assert (removed.status, removed.data["id"]) == (200, added["id"])
    assert (await admin.get(SCHEDULES)).data["items"] == []
    for step in ("pause", "resume", "run", "remove"):
        for unknown in (added["id"], uuid4(), "x"):
            assert (await admin.post(f"{SCHEDULES}/{unknown}/{step}", WHY)).refused == (404, "SCHEDULE_NOT_FOUND")
    done = ("REMOVED", "RUN", "RESUMED", "PAUSED", "ADDED")
    assert await actions(admin, subjectId=added["id"]) == [f"SCHEDULE_{each}" for each in done]


async def test_those_of_the_settings(api: Client, exchange: Container, database_url: str) -> None:
    _, admin = await an_admin(api, exchange)
    async with exchange.scheduler():
        items = (await admin.get(SCHEDULES)).data["items"]
        assert {item["source"] for item in items} == {"settings"}
        assert len(items) == len(exchange.settings().plans)
    (purge,) = [item for item in items if item["name"] == "maintenance.purge_jobs"]
    path = f"{SCHEDULES}/{purge['id']}"
    assert (await admin.post(f"{path}/remove", WHY)).refused == (409, "SCHEDULE_OF_SETTINGS")
    assert (await admin.post(f"{path}/pause", WHY)).data["paused"]
    async with exchange.scheduler():
        rows = await on_database(database_url, "SELECT name FROM job_schedules WHERE paused")
    assert [row["name"] for row in rows] == ["maintenance.purge_jobs"]


async def test_the_list_goes_on(api: Client, exchange: Container) -> None:
    _, admin = await an_admin(api, exchange)
    for number in range(5):
        assert (await admin.post(SCHEDULES, DAILY | {"name": f"schedule {number}"})).status == 201
    first = (await admin.get(SCHEDULES, limit="3")).data
    rest = (await admin.get(SCHEDULES, limit="3", cursor=first["nextCursor"])).data
    assert [item["name"] for item in first["items"] + rest["items"]] == [f"schedule {number}" for number in range(5)]
    assert rest["nextCursor"] is None
    assert (await admin.get(SCHEDULES, cursor="x")).refused == (422, "CURSOR")
