"""Paths, methods, ids, failures and time, over an exchange that does nothing but fail."""

import json
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from adapters.http.bounds import HttpBounds
from application.shared.store import CommitUnknown, StoreBusy
from domain.shared.errors import Limited, PresageError, Unavailable
from tests.http.broken import ORDER, Broken, Stuck, serving
from tests.http.client import Client
from tests.http.raw import ask_raw

PATHS = ("/livez", "/readyz", "/api/v1/markets", "/api/v1/trades", "/nowhere")


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    """A server that must answer without the exchange."""
    async with serving(Broken()) as client:
        yield client


async def test_an_unknown_path(api: Client) -> None:
    for path in ("/", "/api", "/api/v1/market", "/api/v1/markets/", "/livez/x", "/%00", "/é"):
        assert (await api.get(path)).refused == (404, "PATH_UNKNOWN")


async def test_another_method(api: Client) -> None:
    reply = await api.send("DELETE", "/api/v1/markets")
    assert reply.refused == (405, "METHOD_NOT_ALLOWED")
    assert reply.headers["Allow"] == reply.error["details"]["allowed"] == "GET, HEAD"
    assert (await api.get("/api/v1/trades")).refused == (405, "METHOD_NOT_ALLOWED")
    assert (await api.send("POST", "/livez")).refused == (405, "METHOD_NOT_ALLOWED")


async def test_every_answer_has_an_id(api: Client) -> None:
    replies = [await api.get(path) for path in PATHS for _ in range(2)]
    assert len({reply.headers["X-Request-ID"] for reply in replies}) == len(replies)


@pytest.mark.parametrize(
    ("given", "taken"), [("a.b-C_9", True), ("x" * 128, True), ("x" * 129, False), ("a b", False), ("<b>", False)]
)
async def test_an_id_may_be_given(api: Client, given: str, taken: bool) -> None:
    reply = await api.send("GET", "/livez", headers={"X-Request-ID": given})
    assert (reply.headers["X-Request-ID"] == given) is taken


async def test_what_nobody_foresaw(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Broken(RuntimeError("a secret of ours"))) as api:
        for reply in [await api.get("/api/v1/markets"), await api.trade(ORDER), await api.get("/readyz")]:
            assert reply.refused == (500, "INTERNAL")
            assert "secret" not in str(reply.error)
            (record,) = [line for line in caplog.records if reply.headers["X-Request-ID"] in line.getMessage()]
            assert record.levelno == logging.ERROR
            assert record.exc_info
            assert "a secret of ours" in str(record.exc_info[1])


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (StoreBusy("the secret path /var/db"), 503, "1"),
        (CommitUnknown(), 503, "1"),
        (Unavailable("DESK_FULL", "Wait.", retry_after_seconds=7), 503, "7"),
        (Limited("RATE", "Wait.", retry_after_seconds=30), 429, "30"),
    ],
)
async def test_when_to_come_back(error: PresageError, status: int, retry_after: str) -> None:
    async with serving(Broken(error)) as api:
        reply = await api.trade(ORDER)
        assert reply.refused == (status, error.code)
        assert reply.headers["Retry-After"] == retry_after
        assert "secret" not in str(reply.error)


async def test_an_unknown_outcome_can_be_asked_again() -> None:
    broken = Broken(CommitUnknown())
    async with serving(broken) as api:
        reply = await api.trade(ORDER)
        await api.trade(ORDER, key=reply.headers["Idempotency-Key"])
    first, second = broken.orders
    assert first == second


async def test_an_answer_that_does_not_come() -> None:
    async with serving(Stuck(), HttpBounds(request_seconds=0.1)) as api:
        reply = await api.trade(ORDER, key="mine")
        assert reply.refused == (503, "TIMED_OUT")
        assert reply.headers["Idempotency-Key"] == "mine"


@pytest.mark.parametrize("expected", [b"200-ok", b"100-continue, 200-ok", b"100-continue; now"])
@pytest.mark.parametrize("path", ["/livez", "/api/openapi.json", "/api/docs", "/api/v1/markets"])
async def test_what_nobody_expects(api: Client, path: str, expected: bytes) -> None:
    answer = await ask_raw(api.url, b"Expect: " + expected, path=path)
    assert (answer.status, json.loads(answer.text)["error"]["code"]) == (417, "EXPECTATION_UNKNOWN")
    assert answer.headers["X-Request-ID"]


async def test_who_may_go_on_is_told(api: Client) -> None:
    for expected in (b"100-continue", b"100-Continue"):
        told = await ask_raw(api.url, b"Expect: " + expected, path="/livez")
        assert (told.status, told.text[:13]) == (100, "HTTP/1.1 200 ")


async def test_a_probe_needs_no_body(api: Client) -> None:
    async with ClientSession() as session, session.head(f"{api.url}/livez") as response:
        assert (response.status, await response.text()) == (200, "")


async def test_one_line_for_each_request_at_debug(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await api.get("/livez")
    quiet = list(caplog.messages)
    with caplog.at_level(logging.DEBUG, logger="adapters.http"):
        reply = await api.get("/livez")
    lines = [line for line in caplog.messages if "/livez" in line]
    assert quiet == []
    assert len(lines) == 1
    assert lines[0].startswith("GET /livez 200 ")
    assert lines[0].endswith(reply.headers["X-Request-ID"])


async def test_no_path_makes_a_line_of_its_own(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="adapters.http"):
        await api.get("/x%0D%0AERROR forged%1B[2J")
    (line,) = [line for line in caplog.messages if "forged" in line]
    assert line.isprintable()
