"""What can go wrong. All that the API refuses is a PresageApiError, with the API's own stable code."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class PresageError(Exception):
    """Any error of this client."""


class PresageConnectionError(PresageError):
    """No answer came, or only a part of one.

    Whether the request was executed is not known. Where `idempotency_key` is given, the same call with that key finds
    out, and never acts twice.
    """

    def __init__(self, message: str, idempotency_key: str | None = None) -> None:
        super().__init__(message)
        self.idempotency_key = idempotency_key


class PresageAnswerError(PresageError):
    """The answer is not one of the Presage API: another server or another version of it is at this address."""


class PresageApiError(PresageError):
    """The API refused. `code` is stable, `message` says what to do next, `request_id` is what the operator asks for."""

    def __init__(
        self,
        code: str,
        message: str,
        details: Mapping[str, Any],
        status: int,
        request_id: str,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class InvalidRequestError(PresageApiError):
    """The request cannot be right as it is; `details` may name `fields`."""


class UnauthenticatedError(PresageApiError):
    """Nobody has proved who asks, or no longer."""


class ForbiddenError(PresageApiError):
    """Who asks may not do this."""


class NotFoundError(PresageApiError):
    """There is nothing by that name."""


class ConflictError(PresageApiError):
    """The present state does not allow it: a market closed, points or shares missing, a price moved away."""


class RateLimitedError(PresageApiError):
    """Asked too often; `retry_after` says in how many seconds to come back."""


class UnavailableError(PresageApiError):
    """The server cannot answer now; `retry_after` says in how many seconds to come back."""


class ServerFaultError(PresageApiError):
    """A fault of the server, which has logged it."""


_BY_STATUS: Mapping[int, type[PresageApiError]] = {
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitedError,
    503: UnavailableError,
}


def error_class(status: int) -> type[PresageApiError]:
    """The class of a refusal, by its status."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return InvalidRequestError if status < HTTPStatus.INTERNAL_SERVER_ERROR else ServerFaultError
