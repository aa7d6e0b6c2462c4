"""What an issuer vouches for beyond the subject. What users write of themselves is never looked at."""

from collections.abc import Iterable
from typing import Any

MAX_EMAIL = 254
"""Characters (RFC 5321, section 4.5.3.1)."""

ADMIN_PATHS = (("app_metadata", "role"), ("app_metadata", "roles"))

WRITTEN_BY_USERS = frozenset({"user_metadata", "raw_user_meta_data", "unsafe_metadata"})
"""Claims that Supabase, its database and Clerk let users change themselves."""


def email_of(payload: dict[str, Any]) -> str | None:
    """The e-mail address, unless the issuer says that it is not verified, or it cannot be one."""
    email = payload.get("email")
    if not isinstance(email, str) or not 0 < len(email) <= MAX_EMAIL or not email.isprintable():
        return None
    return email if payload.get("email_verified", True) in (True, "true") else None


def is_admin(payload: dict[str, Any], paths: Iterable[tuple[str, ...]], role: str) -> bool:
    """Whether a claim at one of the paths is the role, or a list that has it."""
    return any(_names(_at(payload, path), role) for path in paths)


def _at(claim: object, path: tuple[str, ...]) -> object:
    for name in path:
        claim = claim.get(name) if isinstance(claim, dict) else None
    return claim


def _names(claim: object, role: str) -> bool:
    return claim == role or (isinstance(claim, list) and role in claim)
