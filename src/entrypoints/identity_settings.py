"""Settings of accounts: who vouches for users, with what secrets, and what they start with."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field, SecretStr

from adapters.identity.local import LocalBounds
from adapters.identity.oidc import OidcIssuer
from adapters.identity.passwords import PasswordBounds
from domain.shared.errors import Invalid
from domain.shared.money import MAX_AMOUNT, POINT
from entrypoints.names import Names


class IdentitySettings(BaseModel):
    """Settings of accounts; amounts are in µP."""

    identity: Literal["local", "oidc"] = "local"
    secret_key: SecretStr | None = None
    previous_secret_key: SecretStr | None = None
    access_token_minutes: int = Field(default=15, ge=1, le=24 * 60)
    password_threads: int = Field(default=2, ge=1, le=64)
    registration_bonus: int = Field(default=1_000 * POINT, ge=0, le=MAX_AMOUNT)

    oidc_issuer: str = ""
    oidc_audience: str = "authenticated"
    oidc_jwks_url: str | None = None
    oidc_secret: SecretStr | None = None
    oidc_admin_role: str = "admin"
    oidc_admin_claims: Names = ("app_metadata.role", "app_metadata.roles")

    @property
    def local_bounds(self) -> LocalBounds:
        """What signs the exchange's own tokens. Raises Invalid where there is no secret."""
        if self.secret_key is None:
            raise Invalid(
                "SECRET_KEY", "Set PRESAGE_SECRET_KEY to 32 or more random characters, the same for every process."
            )
        lifetime = timedelta(minutes=self.access_token_minutes)
        return LocalBounds(_bytes(self.secret_key) or b"", _bytes(self.previous_secret_key), lifetime)

    @property
    def oidc(self) -> OidcIssuer:
        """The issuer that vouches for users. Raises Invalid."""
        return OidcIssuer(
            self.oidc_issuer,
            self.oidc_audience,
            self.oidc_jwks_url,
            _bytes(self.oidc_secret),
            admin_paths=tuple(tuple(claim.split(".")) for claim in self.oidc_admin_claims),
            admin_role=self.oidc_admin_role,
        )

    @property
    def password_bounds(self) -> PasswordBounds:
        """How many passwords are hashed at the same time."""
        return PasswordBounds(threads=self.password_threads)


def _bytes(secret: SecretStr | None) -> bytes | None:
    return None if secret is None else secret.get_secret_value().encode()
