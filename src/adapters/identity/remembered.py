"""Tokens whose signature has been verified, so that a caller who asks often has it verified once."""

from collections import OrderedDict
from hashlib import sha256
from typing import Any

MOST = 10_000
"""Tokens remembered; the one unused for longest is forgotten first. Each takes about a kilobyte."""


class RememberedClaims:
    """The claims of tokens, by the SHA-256 of their text. Whether the claims still hold is for every caller to ask."""

    def __init__(self, most: int = MOST) -> None:
        self._claims: OrderedDict[bytes, dict[str, Any]] = OrderedDict()
        self._most = most

    def of(self, token: str) -> dict[str, Any] | None:
        """The claims, where they are remembered."""
        name = _name(token)
        claims = self._claims.get(name)
        if claims is not None:
            self._claims.move_to_end(name)
        return claims

    def keep(self, token: str, claims: dict[str, Any]) -> None:
        """Remember the claims of a token whose signature is right."""
        self._claims[_name(token)] = claims
        if len(self._claims) > self._most:
            self._claims.popitem(last=False)


def _name(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
