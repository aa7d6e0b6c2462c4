"""Jobs: asked for, read, listed, tried again and taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.jobs.queue_service import FURTHEST
from domain.jobs.execution import State
from domain.shared.ids import JobId, UserId
from entrypoints.container import Container
from tests.http.administering import an_admin
from tests.http.client import Client
from tests.http.rules import TOMORROW
from tests.http.signed import TRADER, bearer
from tests.http.working import ECHO, JOBS, a_job, ask


@pytest.fixture
async def other(api: Client, exchange: Container) -> tuple[UserId, Client]:
    """Another user."""
    user = await exchange.sign_up()("somebody")
    return user.id, api.calling(bearer(user.id))


@pytest.fixture
async def admin(api: Client, exchange: Container) -> Client:
    return (await an_admin(api, exchange))[1]


async def test_a_job_reads_as_promised(api: Client) -> None:
    asked = await ask(api, echo="hello")
    assert asked.status == 201
    assert asked.headers["Location"] == f"{JOBS}/{asked.data['id']}"
    read = await api.get(asked.headers["Location"])
    times = {name: read.data.pop(name) for name in ("createdAt", "dueAt")}
    assert times["createdAt"] == times["dueAt"]
    assert read.data == {
        "id": asked.data["id"],
        "name": "test.echo",
        "queue": "reports",
        "state": "pending",
        "attempt": 0,
        "failures": 0,
        "progress": {"percent": 0, "message": ""},
        "result": None,
        "error": None,
        "cancelAsked": False,
        "requestedBy": str(TRADER),
        "startedAt": None,
        "finishedAt": None,
    }


async def test_a_worker_does_it(api: Client, exchange: Container) -> None:
    job = (await ask(api, echo="hello")).data["id"]
    async with exchange.worker(name="a worker"):
        done = await exchange.follow().until_ended(JobId(UUID(job)))
    read = (await api.get(f"{JOBS}/{job}")).data
    assert (done.state, read["state"], read["progress"]["percent"]) == (State.COMPLETED, "completed", 100)
    assert set(read["result"]) == {"echo", "answeredAt", "attempt"}
    assert read["result"]["echo"] == "hello"
    assert read["finishedAt"] >= read["startedAt"] >= read["createdAt"]


async def test_a_key_asks_once(api: Client, other: tuple[UserId, Client]) -> None:
    first, again = await ask(api, "once", echo="hello"), await ask(api, "once", echo="hello")
    assert (first.status, again.status) == (201, 200)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await ask(api, "once", echo="other")).refused == (422, "IDEMPOTENCY_CONFLICT")
    later = {"name": ECHO.name, "payload": {"echo": "hello"}, "dueAt": TOMORROW}
    assert (await api.post(JOBS, later, "once")).refused == (422, "IDEMPOTENCY_CONFLICT")
    assert (await ask(other[1], "once", echo="other")).status == 201
    made = await ask(api, echo="hello")
    assert (await ask(api, made.headers["Idempotency-Key"], echo="hello")).data["id"] == made.data["id"]


async def test_a_job_for_later(api: Client) -> None:
    due_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    body = {"name": ECHO.name, "dueAt": due_at.isoformat()}
    job = (await api.post(JOBS, body)).data
    assert datetime.fromisoformat(job["dueAt"]) == due_at
    too_far = {"name": ECHO.name, "dueAt": (due_at + FURTHEST).isoformat()}
    assert (await api.post(JOBS, too_far)).refused == (422, "JOB_DUE")


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        ({"echo": 5}, {"payload.echo": "FIELD_INVALID"}),
        ({"seconds": -1, "echo": "x" * 201}, {"payload.seconds": "FIELD_INVALID", "payload.echo": "FIELD_INVALID"}),
        ({"eco": "hello"}, {"payload.eco": "FIELD_UNKNOWN"}),
        ([], {"payload": "FIELD_INVALID"}),
    ],
)
async def test_a_payload_that_does_not_fit(api: Client, payload: Any, fields: dict[str, str]) -> None:
    reply = await api.post(JOBS, {"name": ECHO.name, "payload": payload})
    assert reply.status == 422
    assert {field["path"]: field["code"] for field in reply.error["details"]["fields"]} == fields


async def test_what_no_store_can_keep(api: Client) -> None:
    assert (await ask(api, echo="a\0b")).refused == (422, "JOB_PAYLOAD")
    assert (await ask(api, echo="a\\u0000b")).status == 201


async def test_who_may_ask_for_what(api: Client, admin: Client) -> None:
    for by in (api, admin):
        assert (await by.post(JOBS, {"name": "no.such"})).refused == (404, "JOB_NAME_UNKNOWN")
        mail = {"name": "email.send", "payload": {"template": "welcome", "toUser": str(uuid4()), "values": {}}}
        assert (await by.post(JOBS, mail)).refused == (404, "JOB_NAME_UNKNOWN")
    assert (await api.post(JOBS, {"name": "system.ping"})).refused == (403, "ADMIN_ONLY")
    assert (await admin.post(JOBS, {"name": "system.ping"})).status == 201


async def test_one_s_own_jobs(api: Client, admin: Client, other: tuple[UserId, Client], exchange: Container) -> None:
    mine = (await ask(api, echo="mine")).data["id"]
    his = (await ask(other[1], echo="his")).data["id"]
    nobodys = await a_job(exchange, None)
    assert await listed(api) == [mine]
    assert await listed(other[1]) == [his]
    assert await listed(admin, queue="reports") == [nobodys, his, mine]
    assert await listed(admin, requestedBy=str(TRADER)) == [mine]
    assert await listed(api, requestedBy=str(TRADER)) == [mine]
    assert (await api.get(JOBS, requestedBy=str(other[0]))).refused == (403, "ADMIN_ONLY")
    for job in (his, nobodys, str(uuid4()), "none"):
        for way in ("", "/events"):
            assert (await api.get(f"{JOBS}/{job}{way}")).refused == (404, "JOB_NOT_FOUND")
        for way in ("retry", "cancel"):
            assert (await api.post(f"{JOBS}/{job}/{way}", {})).refused == (404, "JOB_NOT_FOUND")
    assert (await admin.get(f"{JOBS}/{his}")).data["requestedBy"] == str(other[0])
    assert (await admin.post(f"{JOBS}/{his}/cancel", {})).refused == (404, "JOB_NOT_FOUND")


async def test_lists(api: Client, exchange: Container) -> None:
    dead = [await a_job(exchange, TRADER, State.DEAD_LETTER) for _ in range(3)]
    waiting = [await a_job(exchange, TRADER) for _ in range(2)]
    assert await listed(api, state="dead_letter") == dead[::-1]
    assert await listed(api, queue="reports", name="test.echo") == (dead + waiting)[::-1]
    assert await listed(api, queue="trades") == await listed(api, name="other") == []
    created = [(await api.get(f"{JOBS}/{job}")).data["createdAt"] for job in dead]
    assert await listed(api, since=created[1], until=created[2]) == [dead[1]]
    page = (await api.get(JOBS, limit="2")).data
    assert (page["total"], [item["id"] for item in page["items"]]) == (5, waiting[::-1])
    rest = (await api.get(JOBS, limit="3", cursor=page["nextCursor"])).data
    assert ([item["id"] for item in rest["items"]], rest["nextCursor"]) == (dead[::-1], None)
    for query in ({"state": "lost"}, {"queue": "none"}, {"since": "now"}, {"cursor": "?"}, {"limit": "0"}):
        assert (await api.get(JOBS, **query)).status == 422


async def test_no_traceback_and_no_payload_for_users(api: Client, exchange: Container) -> None:
    job = await a_job(exchange, TRADER, State.DEAD_LETTER)
    read = (await api.get(f"{JOBS}/{job}")).data
    assert read["error"] == {"code": "JOB_FAULT", "message": "The job met a fault."}
    assert "secret" not in str(read)
    assert "payload" not in read


async def test_trying_again(api: Client, exchange: Container) -> None:
    for state in (State.FAILED, State.DEAD_LETTER):
        job = await a_job(exchange, TRADER, state)
        again = await api.post(f"{JOBS}/{job}/retry", {})
        assert (again.status, again.data["state"], again.data["failures"]) == (200, "pending", 0)
        assert (await api.post(f"{JOBS}/{job}/retry", {})).refused == (409, "JOB_STATE")


async def test_taking_back(api: Client, exchange: Container) -> None:
    waiting = (await ask(api)).data["id"]
    taken_back = await api.post(f"{JOBS}/{waiting}/cancel", {})
    assert (taken_back.status, taken_back.data["state"]) == (200, "cancelled")
    assert (await api.post(f"{JOBS}/{waiting}/cancel", {})).refused == (409, "JOB_STATE")
    active = await a_job(exchange, TRADER, State.ACTIVE, lease_until=datetime.now(UTC) + timedelta(minutes=1))
    ending = (await api.post(f"{JOBS}/{active}/cancel", {})).data
    assert (ending["state"], ending["cancelAsked"]) == ("active", True)


async def listed(by: Client, **query: str) -> list[str]:
    """The jobs of a list, which all are on its first page."""
    page = (await by.get(JOBS, **query)).data
    assert page["total"] == len(page["items"])
    return [item["id"] for item in page["items"]]
