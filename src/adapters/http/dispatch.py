"""From a request to its endpoint's handler and back: guard, idempotency key, query, body, answer."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from adapters.http.bounds import HttpBounds
from adapters.http.endpoints import Call, Endpoint, NoBody, Raw, Reply
from adapters.http.envelope import success
from adapters.http.guard import Guard
from adapters.http.idempotency import REPLAYED, Keys
from adapters.http.once import answered_once
from adapters.http.reading import read_body, read_query, read_raw


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Makes routes of endpoints."""

    guard: Guard
    keys: Keys
    bounds: HttpBounds

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        """The endpoint as aiohttp routes it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            caller = await self.guard.admit(request, endpoint)
            if caller is None or not endpoint.keyed:
                return await self._answer(Call(request, *await self._read(request, endpoint), caller), endpoint)
            if endpoint.once is not None:
                key = self.keys.of(request)
                call = Call(request, *await self._read(request, endpoint), caller, key)
                return await answered_once(endpoint.once, call, endpoint, partial(self._answer, call, endpoint))
            with self.keys.held(request, caller.user.id) as key:
                call = Call(request, *await self._read(request, endpoint), caller, key)
                return await self._answer(call, endpoint)

        return web.route(endpoint.method, endpoint.path, handle)

    async def _read(self, request: web.Request, endpoint: Endpoint) -> tuple[Any, Any]:
        query = read_query(request, endpoint.query)
        if endpoint.body is NoBody:
            return query, NoBody()
        if endpoint.body is Raw:
            data = await read_raw(request, endpoint.takes, self.bounds.upload_seconds, endpoint.body_bytes)
            return query, Raw(data=data)
        return query, await read_body(request, endpoint.body, self.bounds.body_seconds, endpoint.body_bytes)

    async def _answer(self, call: Call[Any, Any], endpoint: Endpoint) -> web.StreamResponse:
        given = await endpoint.handler(call)
        if isinstance(given, web.StreamResponse):
            return given
        reply = given if isinstance(given, Reply) else Reply(given)
        response = success(call.request, reply.data, reply.status or endpoint.status)
        response.headers.update(reply.headers)
        if reply.repeated:
            response.headers[REPLAYED] = "true"
        return response
