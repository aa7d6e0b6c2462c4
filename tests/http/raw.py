"""Requests as bytes, for what no client library would send."""

import asyncio
from urllib.parse import urlsplit

from tests.http.real import Answered


async def ask_raw(url: str, *headers: bytes, path: str = "/api/v1/me") -> Answered:
    """The answer to a GET with any header lines."""
    parts = urlsplit(url)
    assert parts.hostname
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        lines = [f"GET {path} HTTP/1.1".encode(), b"Host: here", b"Connection: close", *headers, b"", b""]
        writer.write(b"\r\n".join(lines))
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    finally:
        writer.close()
        await writer.wait_closed()
    first, *told = head.split("\r\n")
    return Answered(int(first.split()[1]), dict(line.split(": ", 1) for line in told), body)


def bearer(token: str) -> bytes:
    """A header line with any text, half a surrogate pair included."""
    return b"Authorization: Bearer " + token.encode("utf-8", "surrogatepass")
