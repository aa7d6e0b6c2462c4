"""The Idempotency-Key header: the caller's, or one made for him and told to him in the answer."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from application.shared.ports import Ids
from domain.shared.errors import Invalid
from domain.trading.orders import MAX_KEY_LENGTH

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_KEY = web.RequestKey("idempotency_key", str)


def idempotency_key(request: web.Request, ids: Ids) -> str:
    """The key that stands for this request from now on. Raises Invalid."""
    given = request.headers.getall(HEADER, [])
    key = given[0] if given else str(ids.new())
    if len(given) > 1 or not 0 < len(key) <= MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise Invalid(
            "IDEMPOTENCY_KEY", f"Give one Idempotency-Key of 1 to {MAX_KEY_LENGTH} printable ASCII characters."
        )
    request[_KEY] = key
    return key


def keys_returned() -> Middleware:
    """Tells the key with every answer, so that a request whose outcome is unknown can be repeated."""

    @web.middleware
    async def returned(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if _KEY in request:
            response.headers[HEADER] = request[_KEY]
        return response

    return returned
