"""Server-Sent Events (HTML Living Standard, section 9.2): a few streams for each user, none of them for ever."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from aiohttp import hdrs, web

from adapters.http.bounds import HttpBounds
from adapters.http.envelope import REQUEST_ID
from adapters.http.models.base import Answer
from adapters.http.requests import DEADLINE, HEADER
from adapters.http.waits import Waits
from domain.shared.errors import Invalid, Limited, PresageError
from domain.shared.ids import UserId

MEDIA = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
MOST_SEQ = 2**31 - 1

_SIGN_OF_LIFE = b":\n\n"

_log = logging.getLogger(__name__)


class EventStreams:
    """Sends streams. One ends when there is nothing more to tell, after a bounded time, and when the server stops:
    whoever wants to hear more asks again, from the last event that he heard of."""

    def __init__(self, waits: Waits, bounds: HttpBounds) -> None:
        self._waits = waits
        self._bounds = bounds
        self._open = Counter[UserId]()

    async def send(self, request: web.Request, user_id: UserId, events: AsyncIterator[str]) -> web.StreamResponse:
        """Send events, each as `event_text` has it. Raises Limited where the user has too many streams open."""
        with self._opened(user_id):
            request[DEADLINE].reschedule(None)
            response = web.StreamResponse(
                headers={
                    HEADER: request[REQUEST_ID],
                    "Content-Type": MEDIA,
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",
                }
            )
            with suppress(ConnectionError):  # he has gone
                await response.prepare(request)
                if request.method != hdrs.METH_HEAD:
                    await self._bounded(request, response, events)
                await response.write_eof()
        return response

    async def _bounded(self, request: web.Request, response: web.StreamResponse, events: AsyncIterator[str]) -> None:
        """What fails once a stream has begun can only end it; whoever asks again is told why."""
        try:
            async with self._waits.bounded(self._bounds.stream_seconds):
                await self._write(response, events)
        except (TimeoutError, PresageError) as end:
            _log.debug("stream of request %s ends: %r", request[REQUEST_ID], end)
        except ConnectionError:
            raise
        except BaseException:
            if request.transport is not None:
                request.transport.abort()
            raise

    async def _write(self, response: web.StreamResponse, events: AsyncIterator[str]) -> None:
        """All events, and signs of life while there is none."""
        upcoming = asyncio.ensure_future(anext(events, ""))
        try:
            while True:
                done, _ = await asyncio.wait({upcoming}, timeout=self._bounds.heartbeat_seconds)
                if not done:
                    await response.write(_SIGN_OF_LIFE)
                elif text := upcoming.result():
                    await response.write(text.encode())
                    upcoming = asyncio.ensure_future(anext(events, ""))
                else:
                    return
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)

    @contextmanager
    def _opened(self, user_id: UserId) -> Iterator[None]:
        most = self._bounds.streams_per_user
        if self._open[user_id] >= most:
            raise Limited("STREAMS_MAX", f"At most {most} streams may be open at once; close one.", maximum=most)
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]


def event_text(seq: int, kind: str, data: Answer) -> str:
    """One event as it is sent."""
    return f"id: {seq}\nevent: {kind}\ndata: {data.model_dump_json()}\n\n"


def heard_of(request: web.Request) -> int:
    """The number of the last event that the caller heard of. Raises Invalid."""
    given = request.headers.get(LAST_EVENT_ID, "0")
    if not (given.isascii() and given.isdigit()) or len(given) > len(str(MOST_SEQ)) or int(given) > MOST_SEQ:
        raise Invalid("EVENT_ID", f"Give {LAST_EVENT_ID} as the id of an event of this stream.")
    return int(given)


STREAMS = web.AppKey("streams", EventStreams)
