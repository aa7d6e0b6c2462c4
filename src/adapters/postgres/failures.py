"""Driver failures in the words of the ports, by SQLSTATE (PostgreSQL manual, appendix A)."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from application.shared.store import CommitUnknown, StoreBusy, StoreError

_BUSY_CLASSES = ("08", "40", "53", "57")  # connection, rollback (deadlock), resources, operator intervention
_UNIQUE_VIOLATION = "23505"
_BUSY_STATES = ("55P03", "25P03")  # lock not available, idle in transaction


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreBusy where the same transaction may yet succeed, and StoreError where it would fail again."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy("no free connection") from error
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        if _is_busy(error):
            raise StoreBusy(_reason(error)) from error
        raise StoreError(_reason(error), duplicate=_sqlstate(error) == _UNIQUE_VIOLATION) from error


@contextmanager
def translated_commit() -> Iterator[None]:
    """Raise CommitUnknown where the connection was lost while committing."""
    try:
        with translated():
            yield
    except StoreBusy as busy:
        if _sqlstate(busy.__cause__).startswith("40"):
            raise
        raise CommitUnknown from busy


def _is_busy(error: BaseException) -> bool:
    state = _sqlstate(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return not state or state[:2] in _BUSY_CLASSES or state in _BUSY_STATES


def _sqlstate(error: BaseException | None) -> str:
    """Empty where the server never answered."""
    original = getattr(error, "orig", error)
    return getattr(original, "sqlstate", None) or ""


def _reason(error: BaseException) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0][:200] if str(error) else type(error).__name__
