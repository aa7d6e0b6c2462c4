"""Which addresses the exchange may send to on somebody else's word."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from domain.jobs.webhook import MAX_URL_LENGTH
from domain.shared.errors import Invalid

Address: TypeAlias = IPv4Address | IPv6Address

_PLAIN = re.compile(r"[!-~]+")
"""ASCII, without spaces."""

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052)."""

_NOT_PUBLIC = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "fec0::/10")))
"""What some versions of Python hold to be global: protocol assignments, relays, documentation, sites."""


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """What the operator allows: http as well as https, and addresses of his own networks."""

    http: bool = False
    private: bool = False

    def check(self, url: str) -> None:
        """Refuse what cannot be sent to. Where its name leads is seen only when it is. Raises Invalid."""
        schemes, host = ("https", "http") if self.http else ("https",), None
        try:
            parts = urlsplit(url)
            if parts.scheme in schemes and parts.port != 0 and "@" not in parts.netloc:
                host = parts.hostname
        except ValueError:
            pass
        if not host or len(url) > MAX_URL_LENGTH or not _PLAIN.fullmatch(url):
            raise Invalid(
                "WEBHOOK_URL",
                f"Give an address with {' or '.join(schemes)}, without user and password, in at most "
                f"{MAX_URL_LENGTH} ASCII characters.",
            )
        if (address := _literal(host)) and not self.allows(address):
            raise Invalid(
                "WEBHOOK_URL", "Give an address of the internet; the operator allows none of his own networks."
            )

    def allows(self, address: str) -> bool:
        """Whether a connection may be made to an IP address."""
        return self.private or is_public(ip_address(address.partition("%")[0]))


def _literal(host: str) -> str | None:
    """A host that is an IP address, and no name."""
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether it is one of the internet at large; an IPv6 address that stands for one of IPv4 is what that one is."""
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    if address.is_multicast or address.is_reserved or any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
