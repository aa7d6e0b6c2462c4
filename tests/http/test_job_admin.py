"""Administering jobs over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.jobs.administer_jobs import MOST_AT_ONCE
from application.jobs.catalogue.system import PING
from domain.jobs.execution import State
from entrypoints.container import Container
from tests.http.administering import ADMIN, WHY, actions, an_admin
from tests.http.client import Client
from tests.http.signed import TRADER
from tests.http.working import FAULT, JOBS, a_job

DEAD = f"{ADMIN}/dead-letters"


@pytest.fixture
async def admin(api: Client, exchange: Container) -> Client:
    return (await an_admin(api, exchange))[1]


async def test_queues(admin: Client, exchange: Container) -> None:
    earlier = datetime.now(UTC) - timedelta(seconds=90)
    await a_job(exchange, TRADER, due_at=earlier)
    await a_job(exchange, TRADER, due_at=earlier + timedelta(days=1))
    await a_job(exchange, TRADER, State.ACTIVE, lease_until=datetime.now(UTC) + timedelta(minutes=1))
    for state in (State.FAILED, State.DEAD_LETTER, State.DEAD_LETTER, State.COMPLETED):
        await a_job(exchange, TRADER, state)
    queues = {item["queue"]: item for item in (await admin.get(f"{ADMIN}/queues")).data["items"]}
    assert set(queues) == {"trades", "market-ops", "notifications", "reports", "maintenance"}
    age = queues["reports"].pop("oldestSeconds")
    assert 90 <= age < 120
    assert queues["reports"] == {
        "queue": "reports",
        "waiting": 1,
        "active": 1,
        "retrying": 0,
        "later": 1,
        "failed": 1,
        "dead": 2,
        "endedPerMinute": 4,
    }
    assert queues["trades"]["oldestSeconds"] is None


async def test_where_a_job_failed(admin: Client, exchange: Container) -> None:
    job = await a_job(exchange, TRADER, State.DEAD_LETTER, trace="00-trace")
    read = (await admin.get(f"{ADMIN}/jobs/{job}")).data
    assert (read["payload"], read["traceback"]) == ({"echo": "hello", "seconds": 0}, FAULT.traceback)
    assert (read["requestedBy"], read["trace"]) == (str(TRADER), "00-trace")
    assert (await admin.get(f"{ADMIN}/jobs/{uuid4()}")).refused == (404, "JOB_NOT_FOUND")


async def test_other_people_s_jobs(api: Client, admin: Client, exchange: Container) -> None:
    failed, waiting = await a_job(exchange, TRADER, State.FAILED), await a_job(exchange, TRADER)
    assert (await admin.post(f"{ADMIN}/jobs/{failed}/retry", WHY)).data["state"] == "pending"
    assert (await admin.post(f"{ADMIN}/jobs/{failed}/retry", WHY)).refused == (409, "JOB_STATE")
    assert (await admin.post(f"{ADMIN}/jobs/{waiting}/cancel", WHY)).data["state"] == "cancelled"
    assert (await admin.post(f"{ADMIN}/jobs/{waiting}/cancel", {})).refused == (422, "FIELD_MISSING")
    assert await actions(admin) == ["JOB_CANCELLED", "JOB_REQUEUED"]
    assert await actions(admin, subjectId=failed) == ["JOB_REQUEUED"]
    (logged,) = (await admin.get(f"{ADMIN}/actions", subjectId=failed)).data["items"]
    assert (logged["subject"], logged["reason"]) == ("job", WHY["reason"])
    assert (logged["before"]["state"], logged["after"]["state"]) == ("failed", "pending")
    assert logged["before"]["error"] == "JOB_FAULT"


async def test_dead_letters_by_what_they_are(admin: Client, exchange: Container) -> None:
    echo, waiting = await a_job(exchange, TRADER, State.DEAD_LETTER), await a_job(exchange, TRADER)
    ping = await a_job(exchange, TRADER, State.DEAD_LETTER, PING)
    assert await dead(admin) == [ping, echo]
    assert await dead(admin, queue="maintenance") == await dead(admin, name="system.ping") == [ping]
    assert await dead(admin, requestedBy=str(uuid4())) == []
    requeued = await admin.post(f"{DEAD}/requeue", {**WHY, "queue": "reports"})
    assert requeued.data == {"count": 1, "more": False}
    assert (await admin.get(f"{JOBS}/{echo}")).data["state"] == "pending"
    assert await dead(admin) == [ping]
    assert (await admin.post(f"{DEAD}/purge", {**WHY, "name": "test.echo"})).data == {"count": 0, "more": False}
    assert (await admin.post(f"{DEAD}/purge", WHY)).data == {"count": 1, "more": False}
    assert (await admin.get(f"{JOBS}/{ping}")).refused == (404, "JOB_NOT_FOUND")
    assert (await admin.get(f"{JOBS}/{waiting}")).status == 200
    assert await actions(admin) == ["JOB_PURGED", "JOB_REQUEUED"]
    (purged, _) = (await admin.get(f"{ADMIN}/actions")).data["items"]
    assert (purged["subjectId"], purged["before"]["name"], purged["after"]) == (ping, "system.ping", {})


async def test_no_more_than_so_many_at_once(admin: Client, exchange: Container) -> None:
    for _ in range(MOST_AT_ONCE + 1):
        await a_job(exchange, TRADER, State.DEAD_LETTER)
    first, rest = [await admin.post(f"{DEAD}/purge", WHY) for _ in range(2)]
    assert (first.data, rest.data) == ({"count": MOST_AT_ONCE, "more": True}, {"count": 1, "more": False})


async def dead(admin: Client, **query: str) -> list[str]:
    """The dead letters of a list, which all are on its first page."""
    page = (await admin.get(DEAD, **query)).data
    assert page["total"] == len(page["items"])
    return [item["id"] for item in page["items"]]
