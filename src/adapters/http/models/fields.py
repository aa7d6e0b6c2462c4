"""Kinds of fields, in and out."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from domain.shared.errors import Invalid
from domain.shared.money import MAX_AMOUNT, MILLION, require_amount
from domain.trading.cpmm import Outcome, Pool
from domain.trading.orders import MAX_KEY_LENGTH

E = TypeVar("E", bound=StrEnum)

_DIGITS = re.compile(r"-?[0-9]{1,1000}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def refuse(code: str, message: str, field: str = "") -> PydanticCustomError:
    """What a validator raises, with our own code; `field` where the model as a whole is at fault."""
    return PydanticCustomError(code, "{message}", {"message": message, "field": field})


def named(choices: Collection[E], code: str) -> Callable[[object, ValidationInfo], E]:
    """A validator that takes one of some names, exactly as written."""
    by_name = {str(choice): choice for choice in choices}
    names = list(by_name)
    advice = f"Give {{}} as {', '.join(names[:-1])} or {names[-1]}."

    def validate(given: object, info: ValidationInfo) -> E:
        if isinstance(given, str) and given in by_name:
            return by_name[given]
        raise refuse(code, advice.format(_name(info)))

    return validate


def _micro_units(given: Any, info: ValidationInfo) -> int:
    """An integer or its digits, as the domain bounds it."""
    amount: int = int(given) if isinstance(given, str) and _DIGITS.fullmatch(given) else given
    try:
        require_amount(amount, _name(info))
    except Invalid as invalid:
        raise refuse(invalid.code, invalid.message) from None
    return amount


def _moment(given: object, info: ValidationInfo) -> datetime:
    """A time with its zone, in UTC."""
    try:
        if isinstance(given, str) and _MOMENT.fullmatch(given):
            return datetime.fromisoformat(given).astimezone(UTC)
    except OverflowError:
        raise refuse("TIME_OUT_OF_BOUNDS", f"Give {_name(info)} within the years 1 to 9999 of UTC.") from None
    except ValueError:
        pass
    raise refuse("TIME_MALFORMED", f"Give {_name(info)} as ISO 8601 with its zone, such as 2030-01-31T12:00:00Z.")


def _name(info: ValidationInfo) -> str:
    return to_camel(info.field_name or "")


MicroUnits = Annotated[
    int,
    BeforeValidator(_micro_units),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string", "pattern": "^([1-9][0-9]{0,16}|10{17})$"},
                {"type": "integer", "minimum": 1, "maximum": MAX_AMOUNT},
            ],
            "examples": ["5000000"],
        }
    ),
]
"""An amount or a share count: a JSON integer or a string of digits, from 1 to MAX_AMOUNT."""


def _whole(given: object, info: ValidationInfo) -> int:
    if type(given) is not int:
        raise refuse("NOT_INTEGER", f"Give {_name(info)} as a whole number.")
    return given


WHOLE = BeforeValidator(_whole)
"""Takes nothing but JSON integers, for numbers that are no amounts."""


def _key(given: object, info: ValidationInfo) -> str:
    if isinstance(given, str) and 0 < len(given) <= MAX_KEY_LENGTH and given.isascii() and given.isprintable():
        return given
    raise refuse("IDEMPOTENCY_KEY", f"Give {_name(info)} as 1 to {MAX_KEY_LENGTH} printable ASCII characters.")


Key = Annotated[
    str,
    BeforeValidator(_key),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[ -~]*$"}),
]
"""An idempotency key."""

OutcomeName = Annotated[Outcome, BeforeValidator(named(Outcome, "OUTCOME_UNKNOWN"))]

Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2030-01-31T12:00:00Z"]}),
]

Digits = Annotated[
    int,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]+$", "examples": ["5000000"]}, mode="serialization"),
]
"""A count of micro-units, as a string of digits."""

PROBABILITY_PLACES = 6


def millionths(probability: int) -> float:
    """A probability in millionths, to be read and not reckoned with."""
    return probability / MILLION


def probability_of(pool: Pool) -> float:
    """The probability of YES, to be read and not reckoned with."""
    return round(pool.no / (pool.yes + pool.no), PROBABILITY_PLACES)
