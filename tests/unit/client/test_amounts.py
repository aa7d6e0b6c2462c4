"""Amounts of the client: exact, or refused."""

from decimal import Decimal, localcontext
from typing import Any

import pytest
from pydantic import ValidationError

from presage_client import MicroPoints, MicroShares, points, shares
from presage_client.models.markets import Shares
from presage_client.models.orders import AddLiquidity, RemoveLiquidity

EXACT = [
    (Decimal("1.5"), 1_500_000),
    ("1.5", 1_500_000),
    ("0.000001", 1),
    ("-0.25", -250_000),
    ("1e3", 1_000_000_000),
    ("1500000e-6", 1_500_000),
    ("1.50000000", 1_500_000),
    (7, 7_000_000),
    (0, 0),
    ("123456789012345678901234567890.123456", 123456789012345678901234567890123456),
]


@pytest.mark.parametrize(("whole", "micro"), EXACT)
def test_whole_numbers_to_micro_units_and_back(whole: Decimal | int | str, micro: int) -> None:
    with localcontext(prec=5):
        assert (int(points(whole)), int(shares(whole))) == (micro, micro)
        back = points(whole).points, shares(whole).shares
    assert back == (Decimal(whole), Decimal(whole))


@pytest.mark.parametrize("whole", [1.5, 1.0, float("nan"), True, None, b"1"])
def test_what_is_not_exact_is_refused(whole: Any) -> None:
    with pytest.raises(TypeError, match="Give a Decimal, an int or a string"):
        points(whole)


@pytest.mark.parametrize("whole", ["1.0000001", Decimal("1e-7"), "", "a", "nan", "inf", "1e99", "1_000.5.0"])
def test_what_has_no_micro_units_is_refused(whole: Decimal | str) -> None:
    with pytest.raises(ValueError, match="Give a"):
        points(whole)


@pytest.mark.parametrize("given", [5.0, 0.1, True, None, Decimal(5), "5.0", "1e3", "٥", "-", "", "5" * 41])
def test_a_model_takes_whole_micro_units_alone(given: Any) -> None:
    with pytest.raises(ValidationError):
        AddLiquidity(amount=given)


def test_amounts_travel_as_digits() -> None:
    assert AddLiquidity(amount=points(12)).model_dump(mode="json", by_alias=True, exclude_none=True) == {
        "amount": "12000000"
    }
    assert RemoveLiquidity.model_validate({"lpShares": 12}).model_dump(mode="json", by_alias=True)["lpShares"] == "12"
    held = Shares.model_validate_json('{"yes": "9007199254740993", "no": "-1"}')
    assert (held.yes, held.no) == (9007199254740993, -1)
    assert (type(held.yes), held.yes.shares) == (MicroShares, Decimal("9007199254.740993"))


def test_an_amount_is_an_int_when_reckoned_with() -> None:
    sum_of_two: int = points(1) + points(2)
    assert sum_of_two == 3_000_000
    assert MicroPoints(sum_of_two).points == 3
