"""The document, as it is served."""

import json
from collections.abc import Sequence
from functools import cached_property

from aiohttp import web

from adapters.http.endpoints import Endpoint
from adapters.http.openapi.document import document

PATH = "/api/openapi.json"


class OpenApi:
    """Made once, when it is first asked for: it takes longer than all else of an application."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._endpoints = endpoints

    def routes(self) -> list[web.RouteDef]:
        """Beside the versions of the API."""
        return [web.get(PATH, self.read)]

    async def read(self, _: web.Request) -> web.Response:
        """GET /api/openapi.json"""
        return web.Response(body=self._body, content_type="application/json")

    @cached_property
    def _body(self) -> bytes:
        return json.dumps(document(self._endpoints)).encode()
