"""What a request body must be, before the exchange is asked at all."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Sequence
from io import BytesIO

import pytest

from adapters.http.bounds import HttpBounds
from domain.shared.errors import Forbidden
from tests.http.broken import ORDER, Broken, serving
from tests.http.client import JSON, Client

REACHED = Forbidden("REACHED", "The exchange was asked.")


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    """A server that must answer without the exchange."""
    async with serving(Broken()) as client:
        yield client


async def post(api: Client, body: object, **headers: str) -> tuple[int, str]:
    return (await api.send("POST", "/api/v1/trades", data=body, headers=JSON | headers)).refused


async def test_a_body_beyond_64_kib(api: Client) -> None:
    padded = json.dumps(ORDER).encode().ljust(64 * 1024)
    async with serving(Broken(REACHED)) as reached:
        assert await post(reached, padded) == (403, "REACHED")
    assert await post(api, padded + b" ") == (413, "BODY_TOO_LARGE")
    assert await post(api, BytesIO(padded * 50)) == (413, "BODY_TOO_LARGE")
    assert await post(api, chunks([padded, b" "])) == (413, "BODY_TOO_LARGE")


async def chunks(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize(
    "given",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/json; charset=utf-16", ""],
)
async def test_another_content_type(api: Client, given: str) -> None:
    assert await post(api, json.dumps(ORDER), **{"Content-Type": given}) == (415, "CONTENT_TYPE")


async def test_a_compressed_body(api: Client) -> None:
    packed = gzip.compress(json.dumps(ORDER).encode())
    for body in (packed, packed[:-20], b"not packed"):
        assert await post(api, body, **{"Content-Encoding": "gzip"}) == (415, "CONTENT_TYPE")


async def test_json_in_utf_8_is_json(api: Client) -> None:
    async with serving(Broken(REACHED)) as reached:
        for given in ("application/json; charset=UTF-8", "Application/JSON"):
            assert await post(reached, json.dumps(ORDER), **{"Content-Type": given}) == (403, "REACHED")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"amount": 5,}',
        b"amount=5",
        b'{"amount": "\xff"}',
        b'{"amount": "\\ud800"}',
        b'{"amount": ' + b"9" * 5000 + b"}",
        b"[" * 10_000 + b"]" * 10_000,
    ],
)
async def test_malformed_json(api: Client, body: bytes) -> None:
    assert await post(api, body) == (400, "JSON_MALFORMED")


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'"BUY"'])
async def test_json_that_is_no_object(api: Client, body: bytes) -> None:
    assert await post(api, body) == (422, "FIELD_INVALID")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "1E3"])
async def test_numbers_that_are_no_amounts(api: Client, number: str) -> None:
    body = json.dumps(ORDER).replace('"5000000"', number)
    assert await post(api, body) == (422, "AMOUNT_NOT_INTEGER")


async def test_a_body_that_does_not_come() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    async with serving(Broken(), HttpBounds(body_seconds=0.1)) as api:
        assert await post(api, stalled()) == (408, "BODY_TIMEOUT")


async def test_a_body_cut_short(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Broken()) as api:
        host, port = api.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /api/v1/trades HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await api.get("/livez")).status == 200
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING] == []
