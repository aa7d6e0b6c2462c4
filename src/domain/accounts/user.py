"""Accounts: who holds points, and in what role."""

from datetime import datetime
from enum import StrEnum

from domain.shared.errors import Forbidden, Invalid
from domain.shared.ids import GrantId, UserId
from domain.shared.money import require_amount, require_holding
from domain.shared.value import value

MAX_HANDLE_LENGTH = 64
MAX_REFERENCE_LENGTH = 255


class Role(StrEnum):
    """What an account may do."""

    USER = "user"
    ADMIN = "admin"
    TREASURY = "treasury"


class GrantReason(StrEnum):
    """Why points were issued."""

    REGISTRATION_BONUS = "REGISTRATION_BONUS"
    ADMIN_GRANT = "ADMIN_GRANT"
    TREASURY_ISSUE = "TREASURY_ISSUE"
    REPLAY = "REPLAY"


def require_handle(handle: str) -> None:
    """Refuse an unusable handle. Raises Invalid."""
    if not 0 < len(handle) <= MAX_HANDLE_LENGTH or not handle.isprintable() or handle != handle.strip():
        raise Invalid(
            "HANDLE", f"Give a handle of 1 to {MAX_HANDLE_LENGTH} printable characters, without spaces at its ends."
        )


@value
class User:
    """An account with its `balance` in µP. Raises Invalid when built with an unusable handle."""

    id: UserId
    handle: str
    role: Role = Role.USER
    balance: int = 0
    active: bool = True

    def __post_init__(self) -> None:
        require_handle(self.handle)

    @property
    def administers(self) -> bool:
        """Whether it is an active administrator."""
        return self.active and self.role is Role.ADMIN

    def require_active(self) -> None:
        """Refuse what a deactivated account asks. Raises Forbidden."""
        if not self.active:
            raise Forbidden("ACCOUNT_INACTIVE", "This account is deactivated; ask an administrator.")


@value
class PointGrant:
    """Points issued to a user: the only way in which points come to be.

    `amount` in µP; `reference` is unique for the user, so that a repeated grant is the same grant.
    """

    id: GrantId
    user_id: UserId
    amount: int
    reason: GrantReason
    reference: str
    granted_at: datetime

    def __post_init__(self) -> None:
        require_amount(self.amount)
        if not 0 < len(self.reference) <= MAX_REFERENCE_LENGTH or not self.reference.isprintable():
            raise Invalid("GRANT_REFERENCE", f"Give a reference of 1 to {MAX_REFERENCE_LENGTH} printable characters.")

    def credited_to(self, balance: int) -> int:
        """The balance after the grant, in µP. Raises Invalid."""
        require_holding(balance + self.amount, "the balance")
        return balance + self.amount
