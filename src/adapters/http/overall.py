"""How the whole exchange fares, for everybody to see: no more of it than that."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from aiohttp import web

from adapters.http.components import Ask, Component, ComponentHealth, Fares
from adapters.http.envelope import success
from adapters.http.health import Health
from adapters.http.models.base import Answer
from application.shared.ports import Clock

DATABASE = "database"
"""The one part without which nothing works."""

Status = Literal["ok", "degraded", "down", "draining"]

_TROUBLE = (Fares.SLOW, Fares.AWAY)


class OverallHealth(Answer):
    """`down` without the database, `degraded` where any part is slow or gone, `draining` while the process stops."""

    status: Status
    timestamp: datetime
    components: Mapping[str, ComponentHealth]


class Overall:
    """Asks every part side by side; none of them can keep the answer waiting."""

    def __init__(self, process: Health, parts: Mapping[str, Ask], clock: Clock) -> None:
        self._process = process
        self._parts = {name: Component(name, ask) for name, ask in parts.items()}
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Beside those of the process itself."""
        return [web.get("/health", self.health)]

    async def health(self, request: web.Request) -> web.Response:
        """GET /health"""
        told = await asyncio.gather(*(part() for part in self._parts.values()))
        found = dict(zip(self._parts, told, strict=True))
        status = "draining" if self._process.draining else _status(found)
        return success(request, OverallHealth(status=status, timestamp=self._clock.now(), components=found))


def _status(found: Mapping[str, ComponentHealth]) -> Status:
    if DATABASE in found and found[DATABASE].status is Fares.AWAY:
        return "down"
    return "degraded" if any(part.status in _TROUBLE for part in found.values()) else "ok"
