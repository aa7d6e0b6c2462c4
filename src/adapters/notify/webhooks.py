"""Sending to addresses that users chose: to the internet at large alone, unless the operator allows more.

What an address resolves to is looked at where the connection is made, and nowhere else: no name can lead elsewhere
between being looked at and being used.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from application.jobs.webhooks.addresses import WebhookRules
from application.jobs.webhooks.ports import Answered

SECONDS = 10.0
"""For the whole of it: name, connection, TLS, sending, and the answer."""

MAX_ANSWER = 500
"""Bytes that are read of an answer, and kept."""

_HEADERS = {"Content-Type": "application/json", "User-Agent": "Presage", "Accept-Encoding": "identity"}

_WHY: dict[type[Exception], str] = {
    ClientConnectorDNSError: "its name cannot be resolved",
    ClientConnectorCertificateError: "its certificate cannot be verified",
    ClientSSLError: "it does not speak TLS",
    ClientConnectorError: "it cannot be reached",
}
"""The first that fits."""


class NotPublic(OSError):
    """An address of somebody's own network."""


@dataclass(frozen=True, slots=True)
class PostWebhook:
    """Implements the Post port; `resolver` looks names up where it is not the system."""

    rules: WebhookRules
    seconds: float = SECONDS
    resolver: AbstractResolver | None = None

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """POST it on a connection of its own, and follow nobody elsewhere."""
        try:
            async with self._session() as session:
                asked = session.post(
                    URL(url, encoded=True), data=body, headers={**_HEADERS, **headers}, allow_redirects=False
                )
                async with asked as response:
                    return Answered(response.status, await _beginning(response))
        except (ClientError, OSError, ValueError) as error:  # a time-out is an OSError too
            return Answered(None, error=self._why(error))

    def _session(self) -> ClientSession:
        connector = TCPConnector(
            socket_factory=self._socket, resolver=self.resolver, use_dns_cache=False, force_close=True
        )
        return ClientSession(
            connector=connector,
            timeout=ClientTimeout(total=self.seconds),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
        )

    def _socket(self, found: Any) -> socket.socket:
        """A socket for one of the addresses that a name leads to. Raises NotPublic."""
        family, kind, protocol, _, address = found
        if not self.rules.allows(address[0]):
            raise NotPublic(f"{address[0]} is not public")
        return socket.socket(family, kind, protocol)

    def _why(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"it did not answer within {self.seconds:g} s"
        if isinstance(error, ClientConnectorError) and isinstance(error.os_error, NotPublic):
            return "its address is not public"
        known = (why for kind, why in _WHY.items() if isinstance(error, kind))
        return next(known, f"it gave no answer of HTTP ({type(error).__name__})")


async def _beginning(response: ClientResponse) -> str:
    """The beginning of an answer; however the rest of it fares, its status is known."""
    content = b""
    with suppress(ClientError, OSError):
        while len(content) < MAX_ANSWER and (part := await response.content.read(MAX_ANSWER - len(content))):
            content += part
    response.close()
    return content.decode(errors="replace").replace("\0", "")
