"""Where the exchange may send to on somebody else's word."""

from ipaddress import ip_address

import pytest

from application.jobs.webhooks.addresses import WebhookRules, is_public
from domain.jobs.webhook import MAX_URL_LENGTH
from domain.shared.errors import Invalid

PUBLIC = ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")
PRIVATE = (
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "192.0.0.192", "100.100.100.200", "100.64.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.9"),
    *("224.0.0.1", "224.0.1.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
)
"""Of this machine, of one's own networks, of the cloud's metadata, of groups, and IPv6 that stands for such ones."""


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert WebhookRules().allows(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not WebhookRules().allows(address)
    assert WebhookRules(private=True).allows(address)


def test_an_address_with_its_link() -> None:
    assert not WebhookRules().allows("fe80::1%eth0")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:8443/a/b?c=d#e",
        "https://xn--bcher-kva.example/",
        "https://[2606:4700::1111]/",
        "https://example.org/" + "a" * (MAX_URL_LENGTH - 20),
    ],
)
def test_a_url_that_can_be_sent_to(url: str) -> None:
    WebhookRules().check(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "//example.org", "https://", "https:///path", "ftp://example.org", "file:///etc/passwd"),
        *("http://example.org", "javascript:alert(1)", "https://user:secret@example.org", "https://@example.org"),
        *("https://example.org:0", "https://example.org:99999", "https://example.org:x", "https://[::1", "https://[x]"),
        *("https://bücher.example", "https://example.org/a b", "https://example.org/\n", "https://example.org/\0"),
        "https://example.org/" + "a" * (MAX_URL_LENGTH - 19),
    ],
)
def test_a_url_that_cannot(url: str) -> None:
    with pytest.raises(Invalid, match="Give an address with https, without user") as refused:
        WebhookRules().check(url)
    assert refused.value.code == "WEBHOOK_URL"


def test_http_where_the_operator_allows_it() -> None:
    WebhookRules(http=True).check("http://example.org")
    with pytest.raises(Invalid, match="https or http"):
        WebhookRules(http=True).check("ftp://example.org")
