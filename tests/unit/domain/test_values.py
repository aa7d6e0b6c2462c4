"""Values are frozen, errors carry data, and amounts round in one place."""

import pkgutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, is_dataclass
from fractions import Fraction
from importlib import import_module
from math import ceil

import pytest

import domain
from domain.shared.errors import ERRORS, Kind
from domain.shared.money import ceil_div
from domain.trading.cpmm import Pool


def value_types() -> Iterator[type]:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        members = vars(import_module(module.name)).values()
        classes = (member for member in members if isinstance(member, type) and member.__module__ == module.name)
        yield from filter(is_dataclass, classes)


def is_frozen(value_type: type) -> bool:
    parameters = vars(value_type)["__dataclass_params__"]
    return bool(parameters.frozen) and "__slots__" in vars(value_type)


def test_every_value_of_the_domain_is_frozen() -> None:
    found = list(value_types())
    assert {"Pool", "Fill", "Book", "Holding", "LedgerEntry", "Order", "Market"} <= {each.__name__ for each in found}
    assert [each.__name__ for each in found if not is_frozen(each)] == []


def test_an_open_value_would_be_seen() -> None:
    @dataclass(slots=True)
    class Thawed:
        amount: int

    @dataclass(frozen=True)
    class Slotless:
        amount: int

    assert not is_frozen(Thawed)
    assert not is_frozen(Slotless)


def test_a_frozen_value_refuses_a_change() -> None:
    pool = Pool(1, 2)
    with pytest.raises(FrozenInstanceError):
        pool.yes = 3  # type: ignore[misc]  # the change that must fail


@pytest.mark.parametrize("kind", Kind)
def test_an_error_carries_its_kind_and_data(kind: Kind) -> None:
    error = ERRORS[kind]("CODE", "Do this next.", bound="5", given=None)
    assert (error.kind, error.code, error.message) == (kind, "CODE", "Do this next.")
    assert error.details == {"bound": "5", "given": None}
    assert str(error) == "Do this next."


@pytest.mark.parametrize("numerator", [0, 1, 6, 7, 8, 10**36 - 1, 10**36, -7])
@pytest.mark.parametrize("denominator", [1, 2, 7, 10**18])
def test_ceil_div_rounds_up_exactly(numerator: int, denominator: int) -> None:
    assert ceil_div(numerator, denominator) == ceil(Fraction(numerator, denominator))
