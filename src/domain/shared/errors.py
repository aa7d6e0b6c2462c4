"""What can be refused, and of which kind: data for whoever answers, never an HTTP status."""

from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """How a caller should take an error."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class PresageError(Exception):
    """A refusal with a stable `code`, a `message` that says what to do next, and `details`.

    `repeated` where the same request had been refused before, and nothing was decided anew.
    """

    kind: ClassVar[Kind]
    repeated: bool = False

    def __init__(self, code: str, message: str, **details: int | str | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it passes between processes whatever arguments its kind is made of."""
        return _rebuilt, (type(self), self.args, self.__dict__)


class Invalid(PresageError):
    """The request itself cannot be carried out; change it."""

    kind = Kind.INVALID


class Unauthenticated(PresageError):
    """Nobody has proved who asks; sign in."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(PresageError):
    """This account may not do it."""

    kind = Kind.FORBIDDEN


class NotFound(PresageError):
    """What the request names does not exist."""

    kind = Kind.NOT_FOUND


class Conflict(PresageError):
    """The present state does not allow it; look again, then decide."""

    kind = Kind.CONFLICT


class Limited(PresageError):
    """Too much was asked in too short a time."""

    kind = Kind.LIMITED


class Unavailable(PresageError):
    """Not now; repeat the same request later, with the same idempotency key."""

    kind = Kind.UNAVAILABLE


def _rebuilt(kind: type[PresageError], args: tuple[Any, ...], told: dict[str, Any]) -> PresageError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(told)
    return error


ERRORS: dict[Kind, type[PresageError]] = {
    error.kind: error for error in (Invalid, Unauthenticated, Forbidden, NotFound, Conflict, Limited, Unavailable)
}
