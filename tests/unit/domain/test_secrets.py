"""Secrets: their text forms and their hashes."""

import base64
import string
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts.handle import derived_handle
from domain.accounts.secrets import is_well_formed, key_hint, key_text, refresh_text, secret_hash
from domain.accounts.user import require_handle

KEY = key_text(bytes(range(32)))
LETTERS = string.digits + string.ascii_letters

entropies = st.binary(min_size=32, max_size=32)


def test_a_key_as_it_will_always_be() -> None:
    """Keys that are in use depend on it."""
    assert KEY == "psg_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf18bjit"
    assert key_text(b"\0" * 32) == "psg_" + "0" * 43 + "LpTH1".rjust(6, "0")
    assert key_hint(KEY) == "psg_003a"


@given(entropies, entropies)
def test_keys(one: bytes, other: bytes) -> None:
    text = key_text(one)
    assert len(text) == 53
    assert set(text[4:]) <= set(LETTERS)
    assert is_well_formed(text)
    assert (text == key_text(other)) == (one == other)


@given(entropies, st.integers(0, 52), st.sampled_from(LETTERS))
def test_a_mistyped_key_is_seen(entropy: bytes, place: int, letter: str) -> None:
    """CRC-32 finds every change within 32 bits, as one character is."""
    text = key_text(entropy)
    mistyped = text[:place] + letter + text[place + 1 :]
    assert is_well_formed(mistyped) == (mistyped == text)


@given(entropies, st.integers(4, 51))
def test_exchanged_characters_are_seen(entropy: bytes, place: int) -> None:
    text = key_text(entropy)
    exchanged = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert is_well_formed(exchanged) == (exchanged == text)


@pytest.mark.parametrize(
    "text", ["", "psg_", KEY[:-1], KEY + "0", " " + KEY, KEY[1:] + "0", "\ud800" * 53, KEY.swapcase(), "psg-" + KEY[4:]]
)
def test_what_is_no_key(text: str) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_too_little_is_not_made(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        key_text(b"x" * length)


@given(entropies)
def test_refresh_tokens(entropy: bytes) -> None:
    text = refresh_text(entropy)
    assert len(text) == 43
    assert base64.urlsafe_b64decode(text + "=") == entropy


@given(st.text(st.characters(codec=None)))
def test_whatever_is_presented_has_a_hash(text: str) -> None:
    assert len(secret_hash(text)) == 32
    assert secret_hash("abc") == sha256(b"abc").digest()


@given(st.binary(min_size=5, max_size=5))
def test_derived_handles(entropy: bytes) -> None:
    handle = derived_handle(entropy)
    assert len(handle) == len("user-") + 8
    assert handle == handle.lower()
    require_handle(handle)
