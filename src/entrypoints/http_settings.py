"""Settings of the HTTP API: how often one may ask, behind which proxies, and from pages of which origins."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, field_validator

from adapters.http.addresses import ForwardedBy, Proxies
from adapters.http.cors import Cors, origin
from adapters.http.limits import Rates
from adapters.http.security import SecurityHeaders
from adapters.redis.limit_text import rate_limit
from entrypoints.names import Names

_CLASSES = ("public", "authenticated", "trading", "uploads", "admin", "login", "login_email")


def _limit(text: str) -> str:
    rate_limit("checked", text)
    return text


Limit = Annotated[str, AfterValidator(_limit)]
"""Such as "100/minute" or "10 per 15 minutes"."""


class HttpSettings(BaseModel):
    """Settings of the HTTP API."""

    limit_public: Limit = "100/minute"
    limit_authenticated: Limit = "60/minute"
    limit_trading: Limit = "30/minute"
    limit_uploads: Limit = "10/minute"
    limit_admin: Limit = "120/minute"
    limit_login: Limit = "10/minute"
    limit_login_email: Limit = "10/15minutes"
    async_wait: float = Field(default=10.0, ge=0, le=30)
    redis_timeout_ms: int = Field(default=250, ge=1, le=10_000)

    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=0, le=65_535)

    trusted_proxies: Names = ()
    forwarded_by: ForwardedBy = ForwardedBy.X_FORWARDED_FOR
    cors_origins: Names = ()
    hsts_seconds: int = Field(default=0, ge=0)
    cookie_secure: bool = True

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        Proxies.of(names)
        return names

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(origin, names))

    @property
    def redis_timeout_seconds(self) -> float:
        """How long Redis may take for an answer."""
        return self.redis_timeout_ms / 1000

    @property
    def rates(self) -> Rates:
        """How often each class of requests may be made."""
        return Rates(**{name: rate_limit(name, getattr(self, f"limit_{name}")) for name in _CLASSES})

    @property
    def proxies(self) -> Proxies:
        """Whose word is taken for whom they were asked by."""
        return Proxies.of(self.trusted_proxies, self.forwarded_by)

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins of pages that may use the API, cookies included."""
        return frozenset(self.cors_origins)

    @property
    def cors(self) -> Cors:
        """Which pages may call from a browser."""
        return Cors(self.cors_origins)

    @property
    def security(self) -> SecurityHeaders:
        """Headers of every answer."""
        return SecurityHeaders(self.hsts_seconds)
