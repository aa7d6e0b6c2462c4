"""Signing in here, for as long as no issuer elsewhere does it."""

from dataclasses import dataclass

from application.accounts.change_password import ChangePassword
from application.accounts.log_in import LogIn
from application.accounts.log_out import LogOut
from application.accounts.refresh import Refresh
from application.accounts.register import Register
from domain.shared.errors import Conflict


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """The use cases of an exchange that keeps its users' passwords."""

    register: Register
    log_in: LogIn
    refresh: Refresh
    log_out: LogOut
    change_password: ChangePassword


def require_own(own: OwnIdentity | None) -> OwnIdentity:
    """Refuse where users sign in elsewhere. Raises Conflict."""
    if own is None:
        raise Conflict("IDENTITY_EXTERNAL", "Sign in at the identity provider of this exchange, and send its token.")
    return own
