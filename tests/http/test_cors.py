"""Pages of other origins."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from adapters.http.cors import EXPOSED, Cors, origin
from adapters.http.limits import RateLimits
from application.shared.windows import InProcessLimits
from entrypoints.world import SystemClock
from tests.http.client import Client
from tests.http.policed import Police, policed

APP = "https://app.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}
STRANGERS = (
    "https://evil.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.example",
    "https://sub.app.example",
    "https://APP.example",
    "null",
    "*",
    "",
)


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    police = Police(RateLimits(InProcessLimits(), SystemClock()), Cors([APP, "http://localhost:5173"]))
    async with policed(police) as client:
        yield client


@pytest.mark.parametrize("path", ["/limited/public", "/limited/public?fail=1", "/nowhere", "/stream"])
async def test_a_listed_page_may_read_every_answer(api: Client, path: str) -> None:
    async with ClientSession() as session, session.get(api.url + path, headers={"Origin": APP}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == APP
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert response.headers["Access-Control-Expose-Headers"] == EXPOSED
        assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_no_other_page_may(api: Client, stranger: str) -> None:
    reply = await api.send("GET", "/limited/public", headers={"Origin": stranger})
    assert [name for name in reply.headers if name.startswith("Access-Control")] == []
    assert reply.headers["Vary"] == "Origin"


async def test_caches_are_told_without_an_origin_too(api: Client) -> None:
    assert (await api.get("/limited/public")).headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", ["/limited/public", "/nowhere"])
async def test_a_preflight_of_a_listed_page(api: Client, path: str) -> None:
    async with (
        ClientSession() as session,
        session.options(api.url + path, headers={"Origin": APP, **PREFLIGHT}) as response,
    ):
        assert (response.status, await response.read()) == (204, b"")
        assert response.headers["Access-Control-Allow-Origin"] == APP
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert "POST" in response.headers["Access-Control-Allow-Methods"].split(", ")
        allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
        assert int(response.headers["Access-Control-Max-Age"]) > 0
        assert {"Origin", *PREFLIGHT} == set(response.headers["Vary"].split(", "))
        assert "X-RateLimit-Limit" not in response.headers


async def test_a_preflight_is_not_counted(api: Client) -> None:
    for _ in range(3):
        await api.send("OPTIONS", "/limited/public", headers={"Origin": "https://evil.example", **PREFLIGHT})
    assert (await api.get("/limited/public")).headers["X-RateLimit-Remaining"] == "99"


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_preflight_of_another_page(api: Client, stranger: str) -> None:
    reply = await api.send("OPTIONS", "/limited/public", headers={"Origin": stranger, **PREFLIGHT})
    assert reply.refused == (403, "ORIGIN_FORBIDDEN")
    assert [name for name in reply.headers if name.startswith("Access-Control")] == []


async def test_options_that_no_browser_asked_for(api: Client) -> None:
    for headers in ({"Origin": APP}, PREFLIGHT, {}):
        reply = await api.send("OPTIONS", "/limited/public", headers=headers)
        assert reply.refused == (405, "METHOD_NOT_ALLOWED")


async def test_without_a_list_no_page_may() -> None:
    async with policed(Police(RateLimits(InProcessLimits(), SystemClock()))) as api:
        reply = await api.send("GET", "/limited/public", headers={"Origin": APP})
        assert reply.status == 200
        assert [name for name in reply.headers if name.startswith("Access-Control") or name == "Vary"] == []
        asked = await api.send("OPTIONS", "/limited/public", headers={"Origin": APP, **PREFLIGHT})
        assert asked.refused == (403, "ORIGIN_FORBIDDEN")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("https://app.example", "https://app.example"),
        ("HTTPS://App.Example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("https://app.example:8443", "https://app.example:8443"),
        ("http://[::1]:5173", "http://[::1]:5173"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_an_origin_is_taken(text: str, named: str) -> None:
    assert origin(text) == named
    assert Cors([text]).allows(named)


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "",
        "app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example?q",
        "https://user@app.example",
        "https://user:word@app.example",
        "https://*.app.example",
        "https://app.example:",
        "https://app.example:abc",
        "https://",
        "//app.example",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cors([text])
