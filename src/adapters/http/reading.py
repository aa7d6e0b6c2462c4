"""Requests into models. What does not fit is refused with its field paths."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from adapters.http.invalid import refused
from domain.shared.errors import Invalid

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, model: type[M], seconds: float, most: int | None = None) -> M:
    """The JSON body, received within `seconds`; `most` bytes where that is not the server's bound. Raises Invalid."""
    _require_json(request)
    try:
        return model.model_validate_json(await _received(request, seconds, most))
    except ValidationError as error:
        raise refused(error) from None


async def read_raw(request: web.Request, takes: Sequence[str], seconds: float, most: int | None = None) -> bytes:
    """The body as it comes, of one of some media types; else as `read_body`. Raises Invalid."""
    if request.content_type not in takes or _encoded(request):
        raise Invalid("CONTENT_TYPE", f"Send it as it is, with Content-Type: {' or '.join(takes)}.")
    return await _received(request, seconds, most)


def read_query(request: web.Request, model: type[M]) -> M:
    """The query parameters. Raises Invalid."""
    given = request.query
    if len(set(given)) < len(given):
        raise Invalid("PARAMETER_REPEATED", "Give each query parameter once.")
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise refused(error) from None


def _require_json(request: web.Request) -> None:
    json_in_utf_8 = request.content_type == "application/json" and (request.charset or "utf-8").lower() == "utf-8"
    if not json_in_utf_8 or _encoded(request):
        raise Invalid("CONTENT_TYPE", "Send plain JSON in UTF-8, with Content-Type: application/json.")


def _encoded(request: web.Request) -> bool:
    return request.headers.get("Content-Encoding", "identity") != "identity"


async def _received(request: web.Request, seconds: float, most: int | None) -> bytes:
    if most is not None:
        request = request.clone(client_max_size=most)
    try:
        async with asyncio.timeout(seconds):
            return await request.read()
    except TimeoutError:
        raise Invalid("BODY_TIMEOUT", "Send the body faster; it did not arrive in time.") from None
    except web.HTTPRequestEntityTooLarge:
        limit = request.client_max_size
        raise Invalid("BODY_TOO_LARGE", f"Send at most {limit} bytes.", maximum=limit) from None
    except (web.RequestPayloadError, ConnectionError):
        raise Invalid("BODY_INCOMPLETE", "Send the whole body.") from None
