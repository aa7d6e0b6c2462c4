"""A caller of the API over real HTTP, who checks the form of every answer."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession, web

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind, listening

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, taken out of its envelope."""

    status: int
    headers: Mapping[str, str]
    data: Any = None
    error: Any = None

    @property
    def refused(self) -> tuple[int, str]:
        """Status and code of a failure."""
        assert self.error is not None, self.data
        return self.status, self.error["code"]


class Client:
    """Sends requests to one server."""

    def __init__(self, url: str, session: ClientSession, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self._session = session
        self.headers = headers or {}

    def calling(self, headers: Mapping[str, str]) -> "Client":
        """The same client with other headers on every request."""
        return Client(self.url, self._session, headers)

    async def get(self, path: str, /, **query: str) -> Reply:
        return await self.send("GET", path, params=query)

    async def quote(self, market_id: object, /, **query: str) -> Reply:
        return await self.get(f"/api/v1/markets/{market_id}/quote", **query)

    async def trade(self, order: Mapping[str, Any], key: str | None = None) -> Reply:
        return await self.post("/api/v1/trades", order, key)

    async def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Reply:
        headers = JSON if key is None else {**JSON, "Idempotency-Key": key}
        return await self.send("POST", path, data=json.dumps(body), headers=headers)

    async def send(self, method: str, path: str, /, headers: Mapping[str, str] | None = None, **options: Any) -> Reply:
        options["headers"] = {**self.headers, **(headers or {})}
        async with self._session.request(method, self.url + path, **options) as response:
            return await _opened(response)


async def _opened(response: ClientResponse) -> Reply:
    """The reply in an envelope, which must have exactly its parts."""
    assert response.content_type == "application/json"
    envelope = json.loads(await response.text())
    part = "data" if response.status < 400 else "error"
    assert set(envelope) == {"success", part, "meta"}
    assert envelope["success"] is (part == "data")
    assert envelope["meta"] == {"requestId": response.headers["X-Request-ID"]}
    if part == "error":
        assert set(envelope["error"]) == {"code", "message", "details"}
        assert envelope["error"]["message"].endswith(".")
    return Reply(response.status, response.headers, **{part: envelope[part]})


@asynccontextmanager
async def served(app: web.Application, bounds: HttpBounds | None = None) -> AsyncIterator[Client]:
    """A client of an application on a port of its own."""
    with bind("127.0.0.1", 0) as bound:
        async with listening(app, bound, bounds or HttpBounds()) as url, ClientSession() as session:
            yield Client(url, session)
