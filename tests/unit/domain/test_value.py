"""Values that are built like mutable ones are as frozen as any."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from domain.shared.value import changed, value
from domain.trading.book import Book
from domain.trading.cpmm import Pool
from domain.trading.ledger import LedgerEntry
from tests.unit.domain.exchange import MARKET
from tests.unit.domain.test_ledger import ENTRY

VALUES = [Book(MARKET, Pool(1, 2)), ENTRY]


@value
class Span:
    """A value that refuses, completes and compares itself."""

    start: int
    end: int = 10
    length: int = 0

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("ends before it starts")
        if not self.length:
            object.__setattr__(self, "length", self.end - self.start)


@pytest.mark.parametrize("each", [*VALUES, Span(3)])
def test_a_value_cannot_be_changed(each: Book | LedgerEntry | Span) -> None:
    for field in fields(each):
        with pytest.raises(FrozenInstanceError):
            setattr(each, field.name, 1)
        with pytest.raises(FrozenInstanceError):
            delattr(each, field.name)
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        each.another = 1  # type: ignore[union-attr]  # there is no such field
    assert not hasattr(each, "__dict__")


@pytest.mark.parametrize("each", VALUES)
def test_copies_are_equal_and_frozen(each: Book | LedgerEntry) -> None:
    for other in (copy.copy(each), copy.deepcopy(each), pickle.loads(pickle.dumps(each)), replace(each), changed(each)):
        assert (other, type(other), hash(other), repr(other)) == (each, type(each), hash(each), repr(each))
        with pytest.raises(FrozenInstanceError):
            other.seq = 1  # type: ignore[misc]  # the change that must fail


def test_a_value_is_valid_once_built() -> None:
    assert (Span(3).length, Span(3, 5).length, Span(start=3, end=7).length) == (7, 2, 4)
    assert type(Span(3)) is Span
    assert replace(Span(3), end=4, length=0) == Span(3, 4)
    assert Span(3) != Span(4)
    with pytest.raises(ValueError, match="ends before"):
        Span(11)
    with pytest.raises(TypeError):
        Span()  # type: ignore[call-arg]  # the start is missing


def test_a_value_but_for_some_fields() -> None:
    before = Span(3)
    assert changed(before, end=4, length=0) == replace(before, end=4, length=0) == Span(3, 4)
    assert (before, type(changed(before, end=5))) == (Span(3), Span)
    with pytest.raises(ValueError, match="ends before"):
        changed(before, end=2)
    with pytest.raises(AttributeError):
        changed(before, middle=4)
