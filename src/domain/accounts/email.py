"""E-mail addresses, in one form for each mailbox."""

from domain.shared.errors import Invalid
from domain.shared.value import value

MAX_EMAIL_LENGTH = 254
"""Of an address that can be delivered to (RFC 5321, section 4.5.3.1.3)."""

MAX_LOCAL_LENGTH = 64
MAX_LABEL_LENGTH = 63

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_ATOM = _LABEL | frozenset("!#$%&'*+/=?^_`{|}~")


@value
class EmailAddress:
    """An address without the spaces around it, in small letters. Raises Invalid when built from anything else.

    A dot-atom and a host name (RFC 5322, section 3.4.1) in ASCII, so that no letter from elsewhere becomes another
    address in small letters; an internationalised domain is given in its `xn--` form.
    """

    text: str

    def __post_init__(self) -> None:
        bounded = self.text.strip() if len(self.text) <= 2 * MAX_EMAIL_LENGTH else ""
        object.__setattr__(self, "text", bounded.lower() if bounded.isascii() else "")
        local, _, domain = self.text.rpartition("@")
        if len(self.text) > MAX_EMAIL_LENGTH or not (_is_local(local) and _is_domain(domain)):
            raise Invalid("EMAIL", "Give an e-mail address such as ada@example.org.")

    def __str__(self) -> str:
        return self.text


def _is_local(text: str) -> bool:
    return len(text) <= MAX_LOCAL_LENGTH and all(atom and _ATOM.issuperset(atom) for atom in text.split("."))


def _is_domain(text: str) -> bool:
    return all(map(_is_label, text.split(".")))


def _is_label(text: str) -> bool:
    return 0 < len(text) <= MAX_LABEL_LENGTH and _LABEL.issuperset(text) and text[0] != "-" != text[-1]
