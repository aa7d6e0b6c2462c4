"""Errors as answers. The two tables here alone know HTTP statuses."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic.alias_generators import to_camel

from adapters.http.envelope import REQUEST_ID, Problem, failure
from adapters.http.idempotency import REPLAYED
from adapters.http.invalid import InvalidFields
from domain.shared.errors import Invalid, Kind, NotFound, PresageError, Unavailable

STATUS_OF_KIND: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}

STATUS_OF_CODE: Mapping[str, int] = {
    "JSON_MALFORMED": 400,
    "BODY_INCOMPLETE": 400,
    "METHOD_NOT_ALLOWED": 405,
    "BODY_TIMEOUT": 408,
    "BODY_TOO_LARGE": 413,
    "CONTENT_TYPE": 415,
    "EXPECTATION_UNKNOWN": 417,
    "IDEMPOTENCY_CONFLICT": 422,
}
"""Where the status says more than the kind."""

RETRY_AFTER_SECONDS = 1
"""When to come back, unless the error knows better."""

_COMES_BACK = frozenset({Kind.LIMITED, Kind.UNAVAILABLE})

_log = logging.getLogger(__name__)


def errors_answered() -> Middleware:
    """Answers whatever a handler raises. What nobody foresaw is logged and answered without its inner parts."""

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except PresageError as error:
            return refusal(request, error)
        except web.HTTPException as error:
            return _not_handled(request, error)
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller is owed an answer
            return _unforeseen(request, error)

    return answered


def status_of(error: PresageError) -> int:
    """The HTTP status that answers an error."""
    return STATUS_OF_CODE.get(error.code) or STATUS_OF_KIND[error.kind]


def problem_of(request: web.Request, error: Exception) -> tuple[Problem, int]:
    """What tells a caller of an error, and its status. What nobody foresaw is logged and told without its parts."""
    match error:
        case PresageError():
            return Problem(code=error.code, message=error.message, details=_details(request, error)), status_of(error)
        case TimeoutError():
            return problem_of(request, _timed_out())
    _log.error("request %s failed", request[REQUEST_ID], exc_info=error)
    return _internal(), 500


def refusal(request: web.Request, error: PresageError) -> web.Response:
    """The answer to a foreseen error."""
    response = failure(request, *problem_of(request, error))
    if error.kind in _COMES_BACK or "retry_after_seconds" in error.details:
        response.headers["Retry-After"] = str(error.details.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if error.kind is Kind.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.repeated:
        response.headers[REPLAYED] = "true"
    return response


def _unforeseen(request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, TimeoutError):
        return refusal(request, _timed_out())
    return failure(request, *problem_of(request, error))


def _details(request: web.Request, error: PresageError) -> dict[str, object]:
    if error.kind is Kind.UNAVAILABLE:  # its details speak of the servers behind us
        _log.warning("request %s unavailable: %s %s", request[REQUEST_ID], error.code, error.details)
        return {}
    details: dict[str, object] = {to_camel(name): value for name, value in error.details.items()}
    if isinstance(error, InvalidFields):
        details["fields"] = error.fields
    return details


def _not_handled(request: web.Request, error: web.HTTPException) -> web.Response:
    """What the framework itself refused, or found to be elsewhere."""
    match error:
        case web.HTTPNotFound():
            response = refusal(
                request, NotFound("PATH_UNKNOWN", "Nothing is here; the markets are at /api/v1/markets.")
            )
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            response = refusal(request, Invalid("METHOD_NOT_ALLOWED", f"Use {allowed} here.", allowed=allowed))
            response.headers["Allow"] = allowed
        case _:
            status = HTTPStatus(error.status)
            response = failure(request, Problem(code=status.name, message=status.description, details={}), status)
    return response


def _timed_out() -> Unavailable:
    return Unavailable(
        "TIMED_OUT", "No answer was found in time; send the same request again, with the same idempotency key."
    )


def _internal() -> Problem:
    message = "The fault is ours and has been logged; report it to the operator with the request id."
    return Problem(code="INTERNAL", message=message, details={})
