"""E-mail addresses."""

import pytest

from domain.accounts.email import EmailAddress
from domain.shared.errors import Invalid


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+bets@Example.ORG \n", "ada.lovelace+bets@example.org"),
        ("o'brien_{x}@xn--bcher-kva.example", "o'brien_{x}@xn--bcher-kva.example"),
        ("root@intranet", "root@intranet"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"),
    ],
)
def test_one_form_for_each_mailbox(given: str, address: str) -> None:
    assert EmailAddress(given).text == str(EmailAddress(given)) == address
    assert EmailAddress(given) == EmailAddress(address)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "ada@@example.org",
        "ada@lovelace@example.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..da@example.org",
        '"ada"@example.org',
        "ada lovelace@example.org",
        "ada@example..org",
        "ada@.example.org",
        "ada@example.org.",
        "ada@-example.org",
        "ada@example-.org",
        "ada@exam_ple.org",
        "ada@[127.0.0.1]",
        "ada\0@example.org",
        "ada\n@example.org",
        "ada@example.org\ud800",
        "\u212aate@example.org",  # the sign of the kelvin, whose small letter is k
        "ädä@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'b' * 64}.org",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 62}",
        "a" * 10_000,
    ],
)
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        EmailAddress(given)
    assert (refused.value.code, refused.value.details) == ("EMAIL", {})
