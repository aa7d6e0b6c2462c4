"""Steps that an earlier run may have done already."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.shared.errors import Conflict


@contextmanager
def unless(code: str) -> Iterator[None]:
    """Pass over the conflict with this code, which says that it was done before."""
    try:
        yield
    except Conflict as conflict:
        if conflict.code != code:
            raise
