"""The Idempotency-Key header: the caller's, or one made for him and told to him in the answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from application.shared.ports import Ids
from domain.shared.errors import Invalid
from domain.shared.idempotency import in_progress
from domain.shared.ids import UserId
from domain.trading.orders import MAX_KEY_LENGTH

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_KEY = web.RequestKey("idempotency_key", str)


class Keys:
    """The keys of requests, and of those among them that this process is answering.

    A repeat that reaches another process waits there for the first answer; here it is told at once to come back.
    """

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._in_progress: set[tuple[UserId, str]] = set()

    def of(self, request: web.Request) -> str:
        """The key that stands for this request. Raises Invalid."""
        given = request.headers.getall(HEADER, [])
        key = given[0] if given else str(self._ids.new())
        if len(given) > 1 or not 0 < len(key) <= MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
            raise Invalid(
                "IDEMPOTENCY_KEY", f"Give one Idempotency-Key of 1 to {MAX_KEY_LENGTH} printable ASCII characters."
            )
        request[_KEY] = key
        return key

    @contextmanager
    def held(self, request: web.Request, user_id: UserId) -> Iterator[str]:
        """The same, its user's until left. Raises Invalid, and Conflict while in use."""
        key = self.of(request)
        if (user_id, key) in self._in_progress:
            raise in_progress()
        self._in_progress.add((user_id, key))
        try:
            yield key
        finally:
            self._in_progress.discard((user_id, key))


def keys_returned() -> Middleware:
    """Tells the key with every answer, so that a request whose outcome is unknown can be repeated."""

    @web.middleware
    async def returned(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if _KEY in request:
            response.headers[HEADER] = request[_KEY]
        return response

    return returned
