"""An administrator's request and its one answer, which is kept by its idempotency key."""

import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

from aiohttp import web

from adapters.http.endpoints import Call, Endpoint
from adapters.http.envelope import again, plain
from adapters.http.errors import refusal
from adapters.http.idempotency import REPLAYED
from application.shared.answer_once import AnswerOnce
from application.shared.answers import PlainAnswer
from domain.shared.errors import Kind, PresageError

_FINAL = frozenset({Kind.INVALID, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.CONFLICT})
"""What refuses a request for its own sake; another refusal may be gone at the next attempt, and is not kept."""

Answering = Callable[[], Awaitable[web.StreamResponse]]


async def answered_once(
    once: AnswerOnce, call: Call[Any, Any], endpoint: Endpoint, answer: Answering
) -> web.StreamResponse:
    """The answer, or the first one to the same key, under the new request's id.

    Raises Conflict where the key stands for another request, or for one that is still being answered.
    """

    async def first() -> tuple[web.Response, PlainAnswer]:
        response = await _own(call, answer)
        return response, plain(response)

    given = await once(call.user.id, call.key, _fingerprint(call, endpoint), first)
    if isinstance(given, web.Response):
        return given
    response = again(call.request, given)
    response.headers[REPLAYED] = "true"
    return response


async def _own(call: Call[Any, Any], answer: Answering) -> web.Response:
    """The answer of this request itself, be it a refusal. Raises what is none."""
    try:
        response = await answer()
    except PresageError as error:
        if error.kind not in _FINAL:
            raise
        return refusal(call.request, error)
    assert isinstance(response, web.Response), "what streams is not kept"
    return response


def _fingerprint(call: Call[Any, Any], endpoint: Endpoint) -> bytes:
    """Of what is asked, however it is spelled: the method, the path with its ids, the body as its model has it."""
    body = call.body.model_dump(mode="json", exclude_defaults=True)
    asked = [endpoint.method, endpoint.path, dict(call.request.match_info), body]
    return sha256(json.dumps(asked, sort_keys=True).encode()).digest()
