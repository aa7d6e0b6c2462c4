"""What a body that is no JSON must be, before its handler is asked."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from uuid import uuid4

import pytest

from adapters.http.app import Frame, create_app
from adapters.http.bounds import HttpBounds
from adapters.http.endpoints import Access, Call, Endpoint, NoQuery, Raw
from adapters.http.models.base import Answer
from adapters.http.openapi.document import document
from tests.http.broken import Broken, somebody
from tests.http.client import Client, Reply, served
from tests.http.signed import bearer
from tests.http.unlimited import Unlimited

PATH, PNG = "/api/v1/scales", "image/png"
MOST = 200_000


class Weight(Answer):
    """In bytes."""

    weight: int


async def weigh(call: Call[NoQuery, Raw]) -> Weight:
    """Weigh a file."""
    return Weight(weight=len(call.body.data))


SCALES = Endpoint(
    method="PUT",
    path=PATH,
    handler=weigh,
    access=Access.SIGNED_IN,
    answer=Weight,
    body=Raw,
    takes=(PNG, "image/gif"),
    body_bytes=MOST,
)


@asynccontextmanager
async def scales(bounds: HttpBounds | None = None) -> AsyncIterator[Client]:
    """A served endpoint that takes files."""
    bounds, frame = bounds or HttpBounds(), Frame(somebody, Unlimited(), Broken(), Broken().ready, {}, Broken())
    async with served(create_app([SCALES], frame, bounds), bounds) as client:
        yield client.calling(bearer(uuid4()))


async def put(api: Client, body: object, media: str = PNG, **headers: str) -> Reply:
    return await api.send("PUT", PATH, data=body, headers={"Content-Type": media} | headers)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture
async def api() -> AsyncIterator[Client]:
    async with scales() as client:
        yield client


async def test_any_bytes(api: Client) -> None:
    for body in (b"", b"\0\xff{", bytes(range(256)) * 300):
        for media in (PNG, "Image/GIF"):
            assert (await put(api, body, media)).data == {"weight": len(body)}


async def test_a_body_beyond_its_bound(api: Client) -> None:
    assert (await put(api, b"x" * MOST)).data == {"weight": MOST}
    for body in (b"x" * (MOST + 1), BytesIO(b"x" * MOST * 20), chunks(b"x" * MOST, b"x")):
        reply = await put(api, body)
        assert reply.refused == (413, "BODY_TOO_LARGE")
        assert reply.error["details"] == {"maximum": MOST}


@pytest.mark.parametrize("given", ["image/svg+xml", "application/json", "application/octet-stream", "image/png2", ""])
async def test_another_media_type(api: Client, given: str) -> None:
    reply = await put(api, b"x", given)
    assert reply.refused == (415, "CONTENT_TYPE")
    assert "image/png or image/gif" in reply.error["message"]


async def test_a_compressed_body(api: Client) -> None:
    reply = await put(api, gzip.compress(b"x" * MOST * 20), **{"Content-Encoding": "gzip"})
    assert reply.refused == (415, "CONTENT_TYPE")


async def test_a_body_that_does_not_come() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(30)

    async with scales(HttpBounds(upload_seconds=0.1)) as api:
        assert (await put(api, stalled())).refused == (408, "BODY_TIMEOUT")


async def test_a_file_may_take_longer_than_json() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(0.3)
        yield b"x"

    async with scales(HttpBounds(body_seconds=0.1)) as api:
        assert (await put(api, slow())).data == {"weight": 2}


async def test_a_body_cut_short(caplog: pytest.LogCaptureFixture) -> None:
    async with scales() as api:
        host, port = api.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"PUT {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {PNG}\r\nAuthorization: {_credential()}\r\n"
        writer.write(f"{head}Content-Length: 100\r\n\r\nx".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await api.get("/livez")).status == 200
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING] == []


def _credential() -> str:
    return bearer(uuid4())["Authorization"]


def test_the_document_has_its_media_types_and_its_bound() -> None:
    operation = document([SCALES])["paths"][PATH]["put"]
    schema = {"type": "string", "format": "binary", "minLength": 1}
    assert operation["requestBody"] == {
        "description": f"At most {MOST:,} bytes.",
        "required": True,
        "content": {PNG: {"schema": schema}, "image/gif": {"schema": schema}},
    }
    assert {"400", "408", "413", "415"} <= set(operation["responses"])
