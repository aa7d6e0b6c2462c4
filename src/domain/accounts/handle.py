"""Handles: taken ones, and those of users who have not chosen one."""

from base64 import b32encode

from domain.accounts.user import require_handle
from domain.shared.errors import Conflict

HANDLE_ENTROPY = 5
"""Bytes of randomness in a derived handle."""


RESERVED = frozenset({"treasury"})
"""Whom the exchange itself names so; compared without regard to case."""


def require_chosen(handle: str) -> None:
    """Refuse a handle that nobody may choose. Raises Invalid, and Conflict where it is reserved."""
    require_handle(handle)
    if handle.casefold() in RESERVED:
        raise handle_taken(handle)


def derived_handle(entropy: bytes) -> str:
    """`user-` and eight letters or digits, of HANDLE_ENTROPY random bytes."""
    return f"user-{b32encode(entropy).decode().lower()}"


def handle_taken(handle: str) -> Conflict:
    """The refusal of a handle that another account has."""
    return Conflict("HANDLE_TAKEN", "Choose another handle; this one is taken.", handle=handle)
