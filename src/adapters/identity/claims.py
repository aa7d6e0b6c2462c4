"""What must be true of the claims of any access token (RFC 7519, RFC 9068), whoever signed it."""

from datetime import datetime
from typing import Any

from adapters.identity.refusals import expired, refused

LEEWAY_S = 10
"""By how much the clocks of issuer and exchange may differ."""

MAX_SUBJECT = 255
"""ASCII characters (OpenID Connect Core, section 2)."""

_LAST_SECOND = 253_402_300_799  # of the year 9999; later ones are milliseconds, or mischief

_OTHER_TOKENS = frozenset({"at_hash", "c_hash", "events"})
"""Claims of ID tokens and of logout tokens, which may name the same audience and prove no right of access."""


def subject_of(payload: dict[str, Any], issuer: str, audience: str, now: datetime) -> str:
    """Whom the claims name, if this issuer made them for this audience and they hold now. Raises Unauthenticated."""
    if payload.get("iss") != issuer:
        raise refused("its issuer")
    if not _is_meant_for(audience, payload.get("aud")):
        raise refused("its audience")
    _require_access(payload)
    _require_time(payload, now.timestamp())
    return _subject(payload.get("sub"))


def _is_meant_for(audience: str, given: object) -> bool:
    named = given if isinstance(given, list) else [given]
    return all(isinstance(name, str) for name in named) and audience in named


def _require_access(payload: dict[str, Any]) -> None:
    """Refuse what an issuer signs for other ends, and guests whom it knows nothing of."""
    if not _OTHER_TOKENS.isdisjoint(payload) or payload.get("typ", "Bearer") != "Bearer":
        raise refused("it is no access token")
    if payload.get("is_anonymous", False) is not False:
        raise refused("its subject is a guest")


def _require_time(payload: dict[str, Any], now: float) -> None:
    if any(_seconds(payload, name) > now + LEEWAY_S for name in ("iat", "nbf") if name in payload):
        raise refused("its time has not come")
    if _seconds(payload, "exp") <= now - LEEWAY_S:
        raise expired()


def _seconds(payload: dict[str, Any], name: str) -> float:
    """A NumericDate, in seconds since 1970."""
    given: Any = payload.get(name)
    if type(given) not in (int, float) or not 0 <= given <= _LAST_SECOND:
        raise refused(f"its {name}")
    return float(given)


def _subject(given: object) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= MAX_SUBJECT:
        raise refused("its subject")
    if not given.isascii() or not given.isprintable():
        raise refused("its subject's letters")
    return given
