"""Answers: the success of an endpoint, and the failures that it may meet, by status."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from adapters.http.endpoints import Access, Endpoint, NoBody
from adapters.http.envelope import Failure, Meta, Success
from adapters.http.idempotency import REPLAYED
from adapters.http.models.base import Answer
from adapters.http.openapi.examples import example_of
from adapters.http.openapi.schemas import Schemas
from adapters.http.preferences import APPLIED

_EXAMPLES = {
    400: ("JSON_MALFORMED", "Send a JSON object."),
    401: ("AUTHENTICATION_NEEDED", "Sign in, and send Authorization: Bearer with the access token or an API key."),
    403: ("ACCOUNT_INACTIVE", "This account is deactivated; ask an administrator."),
    404: ("MARKET_NOT_FOUND", "List the markets and choose one of them."),
    408: ("BODY_TIMEOUT", "Send the body faster; it did not arrive in time."),
    409: ("MARKET_CLOSED", "Trading has ended; wait for the result."),
    413: ("BODY_TOO_LARGE", "Send at most 65536 bytes."),
    415: ("CONTENT_TYPE", "Send plain JSON in UTF-8, with Content-Type: application/json."),
    422: ("AMOUNT_NOT_INTEGER", "Give amount as a whole number of micro-units."),
    429: ("RATE_LIMITED", "You asked too often; come back later."),
    500: ("INTERNAL", "The fault is ours and has been logged; report it to the operator with the request id."),
    503: ("STORE_BUSY", "The database is busy; send the same request again shortly."),
}

_REPEATED = {404, 409, 422}
"""Refusals that an idempotency key remembers."""

_HEADERS: Mapping[str, dict[str, Any]] = {
    REPLAYED: {
        "description": "There where the same request was answered before, and nothing was done anew.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Location": {"description": "The path of the job.", "schema": {"type": "string"}},
    APPLIED: {"description": "What was done of the preferences (RFC 7240).", "schema": {"type": "string"}},
    "ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "The name of the file.", "schema": {"type": "string"}},
    "Retry-After": {"description": "In how many seconds to try again.", "schema": {"type": "integer", "minimum": 0}},
}

_LATER = {429, 503}
"""Refusals that tell when to come back."""

_WITHOUT_CONTENT = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

_TEXT = {"type": "string"}

_OF_MEDIA: Mapping[str, dict[str, Any]] = {
    "text/event-stream": {
        "type": "object",
        "description": "One event; its data is JSON.",
        "properties": {"id": _TEXT, "event": _TEXT, "data": _TEXT},
        "required": ["id", "event", "data"],
    }
}
"""What is neither JSON nor plain text."""

_REQUEST_ID = "01a202ef-76f4-764e-8dc3-8da3fd49ebdf"


def successes_of(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    """What it answers where all is well, by status."""
    found = {endpoint.status: endpoint.answer, **endpoint.also}
    return {str(status): _success(endpoint, status, answer, schemas) for status, answer in sorted(found.items())}


def _success(endpoint: Endpoint, status: int, answer: type[Answer] | None, schemas: Schemas) -> dict[str, Any]:
    headers = [*endpoint.headers, *([REPLAYED] if endpoint.keyed else [])]
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase, **_with(headers)}
    if status in _WITHOUT_CONTENT:
        return described
    if answer is None:
        return {**described, "content": {media: {"schema": _OF_MEDIA.get(media, _TEXT)} for media in endpoint.media}}
    data = schemas.given(answer)
    schema = {
        "type": "object",
        "title": f"{answer.__name__} {Success.__name__}",
        "required": ["success", "data", "meta"],
        "properties": {"success": {"const": True}, "data": data, "meta": schemas.given(Meta)},
        "additionalProperties": False,
    }
    example = {"success": True, "data": example_of(data, schemas.components), "meta": {"requestId": _REQUEST_ID}}
    return {**described, "content": {media: {"schema": schema, "example": example} for media in endpoint.media}}


def _with(headers: Sequence[str]) -> dict[str, Any]:
    """Headers that an answer may have, if any."""
    return {"headers": {name: _HEADERS[name] for name in headers}} if headers else {}


def refusals_of(endpoint: Endpoint) -> dict[str, Any]:
    """The failures that it may meet."""
    found = {status: _failure(status) for status in sorted(set(_statuses(endpoint)))}
    for status in found.keys() & _REPEATED if endpoint.keyed else ():
        found[status] |= _with([REPLAYED])
    for status in found.keys() & _LATER:
        found[status] |= _with(["Retry-After"])
    return {str(status): failure for status, failure in found.items()}


def _statuses(endpoint: Endpoint) -> Iterator[int]:
    yield from (422, 429, 500, 503)
    if endpoint.access is not Access.PUBLIC or endpoint.proves:
        yield from (401, 403)
    if "{" in endpoint.path or endpoint.missing:
        yield 404
    if endpoint.body is not NoBody:
        yield from (400, 408, 413, 415)
    if endpoint.method != "GET" if endpoint.conflicts is None else endpoint.conflicts:
        yield 409


def _failure(status: int) -> dict[str, Any]:
    code, message = _EXAMPLES[status]
    example = {
        "success": False,
        "error": {"code": code, "message": message, "details": {}},
        "meta": {"requestId": _REQUEST_ID},
    }
    schema = {"$ref": f"#/components/schemas/{Failure.__name__}"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": HTTPStatus(status).phrase, "content": content}
