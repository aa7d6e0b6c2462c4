"""Amounts are whole micro-units: 1 point is 1,000,000 MicroPoints, 1 share 1,000,000 micro-shares. Never a float."""

from decimal import Decimal, InvalidOperation
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

PLACES = 6
MOST_DIGITS = 40

_WHOLE = r"^-?[0-9]{1,40}$"


class MicroUnits(int):
    """A whole number of micro-units, and no more than an `int` when reckoned with."""

    @classmethod
    def of(cls, whole: Decimal | int | str) -> Self:
        """Micro-units of an exact number such as Decimal("1.5"). Raises TypeError of a float, and ValueError."""
        if isinstance(whole, bool) or not isinstance(whole, Decimal | int | str):
            raise TypeError(
                f"Give a Decimal, an int or a string such as '1.5', not the {type(whole).__name__} {whole}."
            )
        return cls(_micro(Decimal(whole) if isinstance(whole, int) else _parsed(whole)))

    @property
    def _whole(self) -> Decimal:
        return Decimal(f"{int(self)}e-{PLACES}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Whole numbers and their digits; as JSON, digits."""
        return core_schema.no_info_plain_validator_function(
            cls._validated, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string of digits, as it is sent both ways."""
        return {"type": "string", "pattern": _WHOLE}

    @classmethod
    def _validated(cls, given: Any) -> Self:
        if (
            isinstance(given, str)
            and given.isascii()
            and given.removeprefix("-").isdigit()
            and len(given) < MOST_DIGITS
        ):
            return cls(given)
        if isinstance(given, int) and not isinstance(given, bool):
            return cls(given)
        raise ValueError("Give a whole number of micro-units, such as points('1.5'); a float is never exact.")


class MicroPoints(MicroUnits):
    """An amount."""

    @property
    def points(self) -> Decimal:
        """In points, exactly."""
        return self._whole


class MicroShares(MicroUnits):
    """A count of shares."""

    @property
    def shares(self) -> Decimal:
        """In shares, exactly."""
        return self._whole


def points(whole: Decimal | int | str) -> MicroPoints:
    """MicroPoints of an exact number of points: `points("1.5")` is 1,500,000. Raises TypeError and ValueError."""
    return MicroPoints.of(whole)


def shares(whole: Decimal | int | str) -> MicroShares:
    """Micro-shares of an exact number of shares. Raises TypeError of a float, and ValueError."""
    return MicroShares.of(whole)


def _parsed(given: Decimal | str) -> Decimal:
    try:
        number = Decimal(given)
    except InvalidOperation:
        raise ValueError(f"Give a number such as '1.5', not {given!r}.") from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"Give a finite number such as '1.5', not {given}.")
    return number


def _micro(number: Decimal) -> int:
    """Exact whatever the precision of the context: the digits are shifted as integers."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "finite"
    shift = exponent + PLACES
    value: int = int("".join(map(str, digits))) * 10 ** max(shift, 0)
    parts: int = 10 ** max(-shift, 0)
    if value % parts:
        raise ValueError(f"Give at most {PLACES} places after the point; {number} has more.")
    return -(value // parts) if sign else value // parts
