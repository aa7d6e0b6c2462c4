"""An issuer's keys, kept for a while: asked for once however many wait, and used on while the issuer is down."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from jwt import PyJWK

from domain.shared.errors import Unavailable

_log = logging.getLogger(__name__)


class IssuerFault(Exception):
    """The issuer did not answer, or not with keys."""


@dataclass(frozen=True, slots=True)
class KeyBounds:
    """Seconds and bytes.

    Keys are fetched anew after `max_age`; while the issuer is down they serve until `stale_age`, which outlives the
    tokens of most issuers. An unknown key is looked for once in `unknown_pause`, a silent issuer asked again after
    `retry_pause`. An answer may take `timeout` and have `max_bytes`.
    """

    max_age: float = 600
    stale_age: float = 3600
    unknown_pause: float = 30
    retry_pause: float = 5
    timeout: float = 5
    max_bytes: int = 64 * 1024


class IssuerKeys:
    """The keys that `fetch` finds; it raises IssuerFault."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Mapping[str, PyJWK]]],
        bounds: KeyBounds,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._bounds = bounds
        self._timer = timer
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched = self._tried = -math.inf
        self._failing = False
        self._flight: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> PyJWK | None:
        """The key of this id, if the issuer has it. Raises Unavailable where that cannot be known now."""
        if self._age >= self._bounds.max_age:
            await self._renew()
        elif key_id not in self._keys:
            await self._join(self._ask(self._bounds.unknown_pause))
        key = self._keys.get(key_id)
        if self._age >= self._bounds.stale_age or (key is None and self._failing):
            raise self._unavailable()
        return key

    async def check(self) -> None:
        """Fetch keys that are old. Raises Unavailable where that failed last, however long the old ones still serve."""
        if self._failing or self._age >= self._bounds.max_age:
            await self._join(self._ask(self._bounds.retry_pause))
        if self._failing:
            raise self._unavailable()

    async def close(self) -> None:
        """Give up a fetch under way."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    @property
    def _age(self) -> float:
        return self._timer() - self._fetched

    async def _renew(self) -> None:
        """Replace old keys; whoever can go on with them does not wait for an issuer that is known to be down."""
        flight = self._ask(self._bounds.retry_pause)
        if not self._failing or self._age >= self._bounds.stale_age:
            await self._join(flight)

    def _ask(self, pause: float) -> asyncio.Task[None] | None:
        """The fetch under way, or a new one unless the last one ended within `pause`."""
        if self._flight is None and self._timer() - self._tried >= pause:
            self._flight = asyncio.create_task(self._refresh())
        return self._flight

    async def _join(self, flight: asyncio.Task[None] | None) -> None:
        if flight is not None:
            await asyncio.shield(flight)

    async def _refresh(self) -> None:
        try:
            self._keys = await self._fetch()
        except IssuerFault as fault:
            self._failing = True
            _log.warning("The issuer's keys could not be fetched: %s", fault)
        else:
            self._failing = False
            self._fetched = self._timer()
        finally:
            self._tried = self._timer()
            self._flight = None

    def _unavailable(self) -> Unavailable:
        wait = self._tried + self._bounds.retry_pause - self._timer()
        return Unavailable(
            "IDENTITY_UNAVAILABLE",
            "The issuer of this token cannot be asked for its keys now; send the same request again shortly.",
            retry_after_seconds=max(1, math.ceil(wait)),
        )
