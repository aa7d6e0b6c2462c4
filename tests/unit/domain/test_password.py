"""Passwords."""

import pytest

from domain.accounts.password import MAX_PASSWORD_LENGTH, Password
from domain.shared.errors import Invalid


@pytest.mark.parametrize(
    "text", ["12345678", "correct horse battery", "        ", "пароль пароль", "x" * 128, "🔑" * 8]
)
def test_what_may_be_chosen(text: str) -> None:
    assert Password.chosen(text).text == text


@pytest.mark.parametrize("text", ["", "1234567", "x" * 129, "line\nbreak", "zero\0zero", "\ud800" * 8, "\ufdfa" * 100])
def test_what_may_not_be_chosen(text: str) -> None:
    """The last one is short as it is typed, and eighteen times as long in the form that is hashed."""
    with pytest.raises(Invalid) as refused:
        Password.chosen(text)
    assert (refused.value.code, refused.value.details) == ("PASSWORD", {})
    assert not text.strip() or text not in refused.value.message


def test_a_short_one_may_be_typed() -> None:
    """Whoever chose it when that was allowed can still sign in."""
    assert Password("short").text == "short"
    for text in ("", "x" * (MAX_PASSWORD_LENGTH + 1), "a\0b"):
        with pytest.raises(Invalid):
            Password(text)


def test_one_password_from_every_keyboard() -> None:
    """Composed or not, with a space of either kind: the same password."""
    assert Password("cafe\u0301 creme").text == Password("caf\u00e9\u00a0creme").text


def test_it_is_never_shown() -> None:
    assert "secret" not in repr(Password("my secret phrase"))
