"""Cursors: opaque, exact, and safe to be given anything."""

from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from adapters.http.cursors import MAX_LENGTH, cursor_of, cursor_text
from domain.shared.ids import MarketId


class Place(NamedTuple):
    """A cursor with a field of every type."""

    number: int
    at: datetime
    market_id: MarketId


places = st.builds(
    Place, st.integers(-(2**63), 2**63 - 1), st.datetimes(timezones=st.just(UTC)), st.uuids().map(MarketId)
)


@given(places)
def test_a_cursor_comes_back_as_it_was(place: Place) -> None:
    text = cursor_text(place)
    assert text is not None
    assert text.replace("-", "").replace("_", "").isalnum()
    assert len(text) <= MAX_LENGTH
    assert cursor_of(Place)(text) == place


@given(places, st.integers(0, 60), st.characters())
def test_a_changed_cursor_is_refused_or_another(place: Place, position: int, letter: str) -> None:
    text = cursor_text(place) or ""
    changed = text[:position] + letter + text[position + 1 :]
    found = read(changed)
    assert (found == place) == (changed == text)


def read(text: object) -> Place | None:
    """What a text stands for, if it is a cursor."""
    with suppress(PydanticCustomError):
        return cursor_of(Place)(text)
    return None


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


ID = UUID(int=7).hex


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "x",
        "%%%",
        "A" * (MAX_LENGTH + 1),
        "ÄÖÜ",
        encoded(f"1.1.{ID}") + "=",
        encoded(f"1.1.{ID} "),
        encoded(f"01.1.{ID}"),
        encoded(f"+1.1.{ID}"),
        encoded(f"1_0.1.{ID}"),
        encoded(f"١.1.{ID}"),
        encoded(f"1.1.{ID}.1"),
        encoded("1.1"),
        encoded(f"1.1.{UUID(int=7)}"),
        encoded(f"{2**63}.1.{ID}"),
        encoded(f"1.{2**63 - 1}.{ID}"),
        encoded("1.1.x"),
        encoded("1.1.\0"),
    ],
)
def test_what_is_no_cursor(text: object) -> None:
    assert cursor_of(Place)(encoded(f"1.1.{ID}")) == (1, datetime(1970, 1, 1, 0, 0, 0, 1, UTC), UUID(int=7))
    with pytest.raises(PydanticCustomError) as refused:
        cursor_of(Place)(text)
    assert refused.value.type == "CURSOR"


def test_no_cursor_is_no_text() -> None:
    assert cursor_text(None) is None
