"""Passwords as people type and choose them (NIST SP 800-63B, section 5.1.1.2): long rather than odd."""

from dataclasses import field
from unicodedata import normalize

from domain.shared.errors import Invalid
from domain.shared.value import value

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128


@value
class Password:
    """A password in the one form in which it is hashed: Unicode's NFKC, whatever keyboard it came from.

    Any printable characters, spaces too. Raises Invalid where it cannot be one.
    """

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        _require(0 < len(self.text) <= MAX_PASSWORD_LENGTH)
        object.__setattr__(self, "text", normalize("NFKC", self.text))
        _require(len(self.text) <= MAX_PASSWORD_LENGTH and self.text.isprintable())

    @classmethod
    def chosen(cls, text: str) -> "Password":
        """A password that is to be used from now on. Raises Invalid where it is too short for that."""
        password = cls(text)
        _require(len(password.text) >= MIN_PASSWORD_LENGTH)
        return password


def _require(acceptable: bool) -> None:
    if not acceptable:
        lengths = f"{MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH}"
        raise Invalid("PASSWORD", f"Give a password of {lengths} printable characters; spaces are welcome.")
