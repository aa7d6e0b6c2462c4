"""Rows of the account tables to domain values and back."""

from typing import Any

from adapters.postgres.rows import Row
from domain.accounts.api_key import ApiKey
from domain.accounts.caller import Scope
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress

CREDENTIAL_COLUMNS = ("user_id", "email", "password_hash", "changed_at")
SESSION_COLUMNS = ("id", "user_id", "created_at", "expires_at", "revoked_at")
TOKEN_COLUMNS = ("hash", "session_id", "issued_at", "used_at")
KEY_COLUMNS = (
    "id",
    "user_id",
    "name",
    "hint",
    "scopes",
    "created_at",
    "expires_at",
    "revoked_at",
    "per_minute",
)


def to_credential(row: Row) -> Credential:
    """A row of CREDENTIAL_COLUMNS."""
    user_id, email, password_hash, changed_at = row
    return Credential(user_id, EmailAddress(email), password_hash, changed_at)


def to_key(row: Row) -> ApiKey:
    """A row of KEY_COLUMNS."""
    key_id, user_id, name, hint, scopes, *rest = row
    return ApiKey(key_id, user_id, name, hint, frozenset(map(Scope, scopes.split())), *rest)


def key_values(key: ApiKey) -> dict[str, Any]:
    """The row of KEY_COLUMNS."""
    values = {name: getattr(key, name) for name in KEY_COLUMNS}
    return values | {"scopes": " ".join(sorted(key.scopes))}
