"""Headers that every answer carries, and one that none does."""

import pytest
from aiohttp import ClientResponse, ClientSession

from adapters.http.limits import RateLimits
from adapters.http.security import HEADERS, SecurityHeaders
from application.shared.windows import InProcessLimits
from entrypoints.world import SystemClock
from tests.http.policed import Police, policed


async def answer(path: str, security: SecurityHeaders | None = None) -> ClientResponse:
    """The answer to GET."""
    police = Police(RateLimits(InProcessLimits(), SystemClock()), security=security or SecurityHeaders())
    async with policed(police) as api, ClientSession() as session, session.get(api.url + path) as response:
        return response


@pytest.mark.parametrize("path", ["/limited/public", "/limited/public?fail=1", "/nowhere", "/address"])
async def test_every_answer_has_them(path: str) -> None:
    response = await answer(path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("path", ["/limited/public", "/nowhere", "/stream"])
async def test_no_answer_names_the_server(path: str) -> None:
    assert "Server" not in (await answer(path)).headers


async def test_a_handler_may_say_otherwise() -> None:
    response = await answer("/stream")
    assert response.headers.getall("Cache-Control") == ["no-cache"]
    assert response.headers["X-Frame-Options"] == "DENY"


async def test_tls_alone_where_it_is_set() -> None:
    response = await answer("/nowhere", SecurityHeaders(hsts_seconds=31_536_000))
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
