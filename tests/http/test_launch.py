"""A proposal approved by a job, and a market that is paid out by one."""

import asyncio
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from domain.shared.ids import JobId, MarketId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from entrypoints.container import Container
from tests.http.administering import ADMIN, WHY, actions, an_admin, patch, proposed
from tests.http.client import Client, Reply
from tests.http.signed import TRADER
from tests.http.working import JOBS

APPROVE = {**WHY, "action": "approve"}


@pytest.fixture
async def admin(api: Client, exchange: Container) -> Client:
    return (await an_admin(api, exchange))[1]


async def launch(admin: Client, market_id: str, **changes: str) -> Reply:
    return await patch(admin, f"/api/v1/markets/{market_id}", APPROVE | changes)


async def worked(exchange: Container, *jobs: str) -> None:
    """Let a worker do jobs."""
    async with exchange.worker(name="a worker"):
        await asyncio.gather(*(exchange.follow().until_ended(JobId(UUID(job))) for job in jobs))


async def named(admin: Client, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await admin.get(JOBS, name=name)).data["items"]
    return found


async def test_a_launch(api: Client, admin: Client, exchange: Container) -> None:
    market_id = await proposed(api)
    asked, again = [await launch(admin, market_id) for _ in range(2)]
    assert (asked.status, asked.data["name"], asked.data["state"]) == (202, "market.launch", "pending")
    assert asked.headers["Location"] == f"{JOBS}/{asked.data['id']}"
    assert (again.status, again.data["id"]) == (202, asked.data["id"])
    await worked(exchange, asked.data["id"])
    market = (await api.get(f"/api/v1/markets/{market_id}")).data
    assert (market["status"], market["collateral"]) == ("ACTIVE", str(exchange.settings().market_liquidity))
    done = (await launch(admin, market_id)).data
    assert (done["id"], done["state"], done["result"]) == (asked.data["id"], "completed", {"marketId": market_id})
    (record,) = (await admin.get(f"{ADMIN}/actions", subjectId=market_id)).data["items"]
    assert (record["action"], record["reason"]) == ("MARKET_APPROVED", WHY["reason"])
    assert (record["admin"], record["requestId"]) == ("root", asked.headers["X-Request-ID"])


async def test_what_a_launch_sets_going(api: Client, admin: Client, exchange: Container) -> None:
    market_id = await proposed(api)
    before = len(await named(admin, "market.close"))
    await worked(exchange, (await launch(admin, market_id)).data["id"])
    closing, *rest = await named(admin, "market.close")
    market = (await api.get(f"/api/v1/markets/{market_id}")).data
    assert datetime.fromisoformat(closing["dueAt"]) == datetime.fromisoformat(market["closesAt"])
    assert len(rest) == before
    (mail,) = await named(admin, "email.send")
    told = (await admin.get(f"{ADMIN}/jobs/{mail['id']}")).data["payload"]
    assert (told["template"], told["toUser"], told["values"]["handle"]) == ("market_approved", str(TRADER), "demo")
    assert "@" not in str(told)


async def test_a_launch_that_fails_may_be_asked_for_again(api: Client, admin: Client, exchange: Container) -> None:
    market_id = await proposed(api)
    too_much = (await launch(admin, market_id, liquidity=str(10**16))).data["id"]
    await worked(exchange, too_much)
    failed = (await admin.get(f"{JOBS}/{too_much}")).data
    assert (failed["state"], failed["error"]["code"]) == ("failed", "INSUFFICIENT_POINTS")
    another = (await launch(admin, market_id, liquidity=str(POINT))).data["id"]
    assert another != too_much
    await worked(exchange, another)
    assert (await api.get(f"/api/v1/markets/{market_id}")).data["collateral"] == str(POINT)
    assert await actions(admin) == ["MARKET_APPROVED"]


async def test_what_cannot_be_launched(api: Client, admin: Client, markets: list[MarketId]) -> None:
    assert (await launch(admin, str(markets[0]))).refused == (409, "MARKET_STATUS")
    assert (await launch(admin, str(uuid4()))).refused == (404, "MARKET_NOT_FOUND")
    assert (await launch(admin, "none")).refused == (404, "MARKET_NOT_FOUND")
    draft = await proposed(api)
    assert (await launch(api, draft)).refused == (403, "ADMIN_ONLY")
    assert (await launch(admin, draft, action="open")).refused == (422, "FIELD_INVALID")
    assert (await launch(admin, draft, reason="line\nbreak")).refused == (422, "REASON")
    assert await named(admin, "market.launch") == []


async def test_approved_at_once_a_launch_is_refused(api: Client, admin: Client, exchange: Container) -> None:
    market_id = await proposed(api)
    asked = (await launch(admin, market_id)).data["id"]
    assert (await admin.post(f"{ADMIN}/markets/{market_id}/approve", WHY)).status == 200
    await worked(exchange, asked)
    assert (await admin.get(f"{JOBS}/{asked}")).data["error"]["code"] == "MARKET_STATUS"
    assert await actions(admin) == ["MARKET_APPROVED"]


async def test_a_market_that_has_ended_is_paid_out_by_a_job(
    api: Client, admin: Client, exchange: Container, markets: list[MarketId]
) -> None:
    order = {"marketId": str(markets[0]), "action": "BUY", "outcome": "YES", "amount": str(10 * POINT)}
    assert (await api.trade(order)).status == 201
    await exchange.change_market().resolve(markets[0], Outcome.YES)
    (job,) = await named(admin, "market.settle")
    await worked(exchange, job["id"])
    settled = (await admin.get(f"{JOBS}/{job['id']}")).data
    assert (settled["state"], settled["progress"]["percent"]) == ("completed", 100)
    market = (await api.get(f"/api/v1/markets/{markets[0]}")).data
    assert (market["settled"], market["collateral"]) == (True, "0")
    assert settled["result"]["entries"] == market["seq"] - 2
