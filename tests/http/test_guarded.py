"""Whose requests the API counts against which limit, before anything else of them is looked at."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from adapters.http.limits import RateLimits, Rates
from adapters.http.security import HEADERS
from application.shared.limits import RateLimit
from application.shared.windows import InProcessLimits
from entrypoints.world import SystemClock
from tests.http.broken import LOCKED_OUT, ORDER, Broken, serving
from tests.http.client import Client, Reply
from tests.http.signed import bearer

RATES = Rates(public=RateLimit("public", 2, 60), trading=RateLimit("trading", 3, 60))


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    """A caller of a server behind which nothing works."""
    limits = RateLimits(InProcessLimits(), SystemClock(), RATES)
    async with serving(Broken(), limits=limits) as client:
        yield client


async def test_a_user_trades_within_his_limit(api: Client) -> None:
    replies = [await api.trade(ORDER) for _ in range(4)]
    assert [reply.status for reply in replies] == [500, 500, 500, 429]
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {"3"}
    assert (await api.calling(bearer(uuid4())).trade(ORDER)).status == 500


async def test_a_stranger_reads_within_his_address_s_limit(api: Client) -> None:
    replies = [await client.get("/api/v1/markets") for client in (api, api, api.calling(bearer(uuid4())))]
    assert [reply.status for reply in replies] == [500, 500, 429]
    assert "Retry-After" in replies[-1].headers


@pytest.mark.parametrize("authorization", [None, "Bearer", "Basic YTpi", f"Bearer {LOCKED_OUT}"])
async def test_who_proves_nothing_is_counted_by_his_address(api: Client, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    replies = [await _post(api.calling({}), headers) for _ in range(3)]
    assert replies[0].status == replies[1].status
    assert replies[0].status in (401, 403)
    assert replies[2].refused == (429, "RATE_LIMITED")
    assert (await api.trade(ORDER)).status == 500


async def test_what_is_no_endpoint_is_not_counted(api: Client) -> None:
    for path in ("/livez", "/readyz", "/nowhere"):
        for _ in range(3):
            reply = await api.get(path)
            assert reply.status != 429
            assert "RateLimit" not in reply.headers


async def test_every_answer_has_the_headers_of_security(api: Client) -> None:
    for reply in [await api.get("/livez"), await api.get("/api/v1/markets"), await api.trade(ORDER)]:
        assert {name: reply.headers[name] for name in HEADERS} == HEADERS
        assert "Server" not in reply.headers


async def test_a_preflight_comes_before_the_guard(api: Client) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    for _ in range(4):
        reply = await api.send("OPTIONS", "/api/v1/trades", headers=asked)
        assert reply.refused == (403, "ORIGIN_FORBIDDEN")
    assert (await api.get("/api/v1/markets")).status == 500


async def _post(api: Client, headers: dict[str, str]) -> Reply:
    return await api.send("POST", "/api/v1/trades", json=ORDER, headers=headers)
