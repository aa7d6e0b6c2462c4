"""Where what was written differs from what should have been."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime

from domain.shared.value import value


@value
class Difference:
    """A `field` of a `subject`, as it was `found` and as it was `expected`."""

    subject: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.field} is {self.found}, should be {self.expected}"


def differences(subject: str, found: object, expected: object, name: str = "") -> Iterator[Difference]:
    """Every field in which two values differ; dataclasses of one type are compared field by field, at any depth."""
    if found == expected:
        return
    if type(found) is not type(expected) or not is_dataclass(found):
        yield Difference(subject, name, _shown(found), _shown(expected))
        return
    for field in fields(found):
        path = f"{name}.{field.name}" if name else field.name
        yield from differences(subject, getattr(found, field.name), getattr(expected, field.name), path)


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
