"""The address of whoever asks, also behind proxies that the operator trusts."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import islice
from typing import Self, TypeAlias

from multidict import CIMultiDict, CIMultiDictProxy

Address: TypeAlias = IPv4Address | IPv6Address
Headers: TypeAlias = CIMultiDict[str] | CIMultiDictProxy[str]

MOST_HOPS = 16
"""Of the proxies that one request is believed to have passed."""

UNIX = "unix"
"""The peer at the other end of a Unix socket, which has no address."""

HOST_BITS = 64
"""Of an IPv6 address: whoever has one address has all that differ in these."""

_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::\d{1,5})?")
_WITH_PORT = re.compile(r"([\d.]+):\d{1,5}")
_FOR = re.compile(r'\s*for\s*=\s*("?)([^"\s]+)\1\s*', re.IGNORECASE)


class ForwardedBy(StrEnum):
    """The header in which proxies append the address that they were asked from."""

    X_FORWARDED_FOR = "X-Forwarded-For"
    FORWARDED = "Forwarded"
    """RFC 7239."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whose word is taken for whom they were asked by. Without any, nobody's is."""

    networks: frozenset[IPv4Network | IPv6Network] = frozenset()
    unix: bool = False
    header: ForwardedBy = ForwardedBy.X_FORWARDED_FOR

    @classmethod
    def of(cls, names: Iterable[str], header: ForwardedBy = ForwardedBy.X_FORWARDED_FOR) -> Self:
        """From networks such as "10.0.0.0/8", and "unix" for any peer at a Unix socket. Raises ValueError."""
        given = set(names)
        return cls(frozenset(map(ip_network, given - {UNIX})), UNIX in given, header)

    def client(self, peer: str | None, headers: Headers) -> Address | None:
        """The nearest address that is not a trusted proxy's; of a peer that is none, always its own.

        The peer's own too where a trusted proxy says what cannot be read. None at a Unix socket.
        """
        own = _address(peer or "")
        if not self._trusts(own):
            return own
        nearest = own
        for hop in islice(_hops(headers, self.header), MOST_HOPS):
            if hop is None:
                return own
            nearest = hop
            if not self._trusts(hop):
                return hop
        return nearest

    def _trusts(self, address: Address | None) -> bool:
        if address is None:
            return self.unix
        return any(address in network for network in self.networks)


def counted_as(address: Address | None) -> str:
    """What stands for an address where requests are counted: an IPv6 address for its whole /64."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> HOST_BITS << HOST_BITS, address.max_prefixlen - HOST_BITS)))
    return str(address or UNIX)


def _hops(headers: Headers, header: ForwardedBy) -> Iterator[Address | None]:
    """The addresses that a header names, nearest first; None for what is none."""
    parts = ",".join(headers.getall(header, [])).split(",")
    read = _READ[header]
    return (read(part) for part in reversed(parts) if part.strip())


def _forwarded_for(part: str) -> Address | None:
    return _address(_host(part.strip()))


def _forwarded(part: str) -> Address | None:
    """One element of the header, which may not hold a comma in quotes."""
    found = [match for pair in part.split(";") if (match := _FOR.fullmatch(pair))]
    return _address(_host(found[0][2])) if len(found) == 1 else None


_READ: dict[ForwardedBy, Callable[[str], Address | None]] = {
    ForwardedBy.X_FORWARDED_FOR: _forwarded_for,
    ForwardedBy.FORWARDED: _forwarded,
}


def _host(node: str) -> str:
    """A node without its port."""
    match = _BRACKETED.fullmatch(node) or _WITH_PORT.fullmatch(node)
    return match[1] if match else node


def _address(text: str) -> Address | None:
    """An address, an IPv4 one in an IPv6 socket as what it is; None where it is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
