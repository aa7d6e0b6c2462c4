"""The address that requests are counted by, whatever their headers say."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from adapters.http.addresses import MOST_HOPS, ForwardedBy, Proxies, counted_as

XFF, FORWARDED = ForwardedBy
PROXIES = ("10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32")
NETWORKS = [ip_network(name) for name in PROXIES]
addresses = st.ip_addresses()
trusted = st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="2001:db8::/32")
strangers = addresses.filter(lambda address: not any(plain(address) in network for network in NETWORKS))
lies = st.text(max_size=40) | st.lists(addresses.map(str) | st.text(max_size=8), max_size=5).map(",".join)
"""Whatever a caller may write into a header."""


def written(address: IPv4Address | IPv6Address, header: ForwardedBy, port: str = "") -> str:
    """The address as a proxy appends it."""
    node = (
        f"[{address}]{port}"
        if isinstance(address, IPv6Address) and (port or header is FORWARDED)
        else f"{address}{port}"
    )
    return f'for="{node}";proto=https' if header is FORWARDED else node


@given(
    strangers,
    st.lists(st.tuples(st.sampled_from([*ForwardedBy, "x-real-ip", "via"]), lies)),
    st.sampled_from(ForwardedBy),
)
def test_no_header_changes_the_address_of_a_stranger(
    peer: IPv4Address | IPv6Address, headers: list[tuple[str, str]], header: ForwardedBy
) -> None:
    assert Proxies.of(PROXIES, header).client(str(peer), CIMultiDict(headers)) == plain(peer)
    assert Proxies().client(str(peer), CIMultiDict(headers)) == plain(peer)


@given(
    trusted, strangers, lies, st.lists(trusted, max_size=3), st.sampled_from(ForwardedBy), st.sampled_from(["", ":443"])
)
def test_no_lie_changes_what_a_proxy_appends(
    peer: IPv4Address | IPv6Address,
    client: IPv4Address | IPv6Address,
    lie: str,
    between: list[IPv4Address | IPv6Address],
    header: ForwardedBy,
    port: str,
) -> None:
    """The caller's own header first, then the caller as the first proxy saw him, then the proxies between."""
    chain = [lie, written(client, header, port), *(written(hop, header) for hop in between)]
    proxies = Proxies.of(PROXIES, header)
    assert proxies.client(str(peer), said(header, ", ".join(chain))) == plain(client)
    assert proxies.client(str(peer), CIMultiDict([(str(header), part) for part in chain])) == plain(client)


@given(trusted, lies, st.sampled_from(ForwardedBy))
def test_whatever_a_proxy_says_is_an_address_or_nothing(
    peer: IPv4Address | IPv6Address, lie: str, header: ForwardedBy
) -> None:
    found = Proxies.of(PROXIES, header).client(str(peer), said(header, lie))
    assert found is not None
    assert ip_address(str(found)) == found


@pytest.mark.parametrize(
    ("header", "value", "client"),
    [
        (XFF, "198.51.100.1", "198.51.100.1"),
        (XFF, "203.0.113.9, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
        (XFF, "198.51.100.1:5000", "198.51.100.1"),
        (XFF, "[2a00::1]:5000", "2a00::1"),
        (XFF, "::ffff:198.51.100.1", "198.51.100.1"),
        (XFF, "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        (XFF, "198.51.100.1, unknown", "10.0.0.1"),
        (XFF, "198.51.100.1;, 10.2.2.2", "10.0.0.1"),
        (XFF, "", "10.0.0.1"),
        (XFF, " , ", "10.0.0.1"),
        (XFF, "198.51.100.1, ", "198.51.100.1"),
        (XFF, ", ".join(["198.51.100.1", *["10.9.9.9"] * MOST_HOPS]), "10.9.9.9"),
        (FORWARDED, "for=198.51.100.1", "198.51.100.1"),
        (FORWARDED, 'For="[2a00::1]:4711";proto=http;by=203.0.113.43', "2a00::1"),
        (FORWARDED, "for=203.0.113.9, by=x; FOR = 198.51.100.1", "198.51.100.1"),
        (FORWARDED, 'for=", for=198.51.100.1', "198.51.100.1"),
        (FORWARDED, "for=_hidden", "10.0.0.1"),
        (FORWARDED, "for=unknown", "10.0.0.1"),
        (FORWARDED, "for=198.51.100.1;for=203.0.113.9", "10.0.0.1"),
        (FORWARDED, "proto=https", "10.0.0.1"),
        (FORWARDED, "198.51.100.1", "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy(header: ForwardedBy, value: str, client: str) -> None:
    found = Proxies.of(PROXIES, header).client("10.0.0.1", said(header, value))
    assert str(found) == client


def test_the_other_header_is_not_read() -> None:
    for header, other in ((XFF, FORWARDED), (FORWARDED, XFF)):
        headers = said(other, written(ip_address("198.51.100.1"), other))
        assert str(Proxies.of(PROXIES, header).client("10.0.0.1", headers)) == "10.0.0.1"


def test_a_peer_at_a_unix_socket() -> None:
    headers = said(XFF, "198.51.100.1")
    for peer in ("", None):
        assert Proxies.of(PROXIES).client(peer, headers) is None
        assert str(Proxies.of(["unix"]).client(peer, headers)) == "198.51.100.1"
    assert Proxies.of(["unix"]).client("", CIMultiDict()) is None
    assert str(Proxies.of(["unix"]).client("192.0.2.1", headers)) == "192.0.2.1"


def test_an_ipv4_peer_at_an_ipv6_socket() -> None:
    headers = said(XFF, "198.51.100.1")
    assert str(Proxies.of(PROXIES).client("::ffff:10.0.0.1", headers)) == "198.51.100.1"
    assert str(Proxies.of(PROXIES).client("::ffff:192.0.2.1", headers)) == "192.0.2.1"


@pytest.mark.parametrize("name", ["10.0.0.1/8", "proxy.example", "", "10.0.0.0/33"])
def test_a_network_must_be_one(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Proxies.of([name])


@given(addresses, st.integers(0, 2**64 - 1))
def test_who_has_one_ipv6_address_has_its_whole_network(address: IPv4Address | IPv6Address, host: int) -> None:
    if isinstance(address, IPv4Address):
        assert counted_as(address) == str(address)
    else:
        neighbour = IPv6Address(int(address) >> 64 << 64 | host)
        assert counted_as(neighbour) == counted_as(address)
        assert counted_as(IPv6Address(int(address) ^ 1 << 64)) != counted_as(address)


def test_no_address_is_counted_too() -> None:
    assert counted_as(None) == "unix"


def said(header: ForwardedBy, value: str) -> CIMultiDict[str]:
    """The headers of a request that has this one."""
    return CIMultiDict({str(header): value})


def plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
