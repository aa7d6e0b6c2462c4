"""Who asks, once it has been proved, and what the proof allows."""

from enum import StrEnum

from domain.accounts.user import Role, User
from domain.shared.errors import Forbidden
from domain.shared.ids import ApiKeyId
from domain.shared.value import value


class Scope(StrEnum):
    """What an API key may be used for."""

    READ = "read"
    TRADE = "trade"


@value
class Caller:
    """A user who has proved who he is: by signing in, or by one of his API keys.

    A key allows its `scopes` alone; `per_minute` is the number of trading requests a minute that it was given, where
    it was given one. `vouched` where it is an issuer elsewhere that makes him an administrator, and not his account.
    """

    user: User
    scopes: frozenset[Scope] = frozenset(Scope)
    key_id: ApiKeyId | None = None
    per_minute: int | None = None
    vouched: bool = False

    @property
    def administers(self) -> bool:
        """Whether he may act as an administrator."""
        return self.user.role is Role.ADMIN and self.key_id is None

    def require_scope(self, scope: Scope) -> None:
        """Refuse what the key was not made for. Raises Forbidden."""
        if scope not in self.scopes:
            raise Forbidden("SCOPE_MISSING", f"This API key may not {scope}; make one that may.", scope=scope)

    def require_signed_in(self) -> None:
        """Refuse an API key where only its owner may act. Raises Forbidden."""
        if self.key_id is not None:
            raise Forbidden("SIGN_IN_NEEDED", "An API key cannot do this; sign in and send the access token.")

    def require_admin(self) -> None:
        """Refuse whoever is no administrator, or acts by a key. Raises Forbidden."""
        if self.user.role is not Role.ADMIN:
            raise Forbidden("ADMIN_ONLY", "Ask an administrator to do this.")
        self.require_signed_in()
