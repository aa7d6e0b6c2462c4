"""What a model refuses, field by field, as one error."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.shared.errors import Invalid

MAX_FIELDS = 20
"""Fields named in one answer."""

MAX_PATH_LENGTH = 100

Fields: TypeAlias = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Field:
    path: str
    code: str
    message: str


class InvalidFields(Invalid):
    """A request that its model refuses; its code and message are those of the first field at fault."""

    def __init__(self, details: Sequence[ErrorDetails]) -> None:
        found = [_field(detail) for detail in details[:MAX_FIELDS]]
        super().__init__(found[0].code, found[0].message)
        self.fields: Fields = [asdict(field) for field in found]


def refused(error: ValidationError, *, within: str = "") -> Invalid:
    """The error that answers what a model refused; its fields may be those of one field of the body."""
    details = error.errors(include_url=False, include_input=False)  # of every field at fault: once is enough
    if details[0]["type"] == "json_invalid":
        return Invalid("JSON_MALFORMED", f"Send a JSON object. {details[0]['msg']}.")
    if within:
        details = [{**detail, "loc": (within, *detail["loc"])} for detail in details]
    return InvalidFields(details)


def _field(detail: ErrorDetails) -> _Field:
    kind, context = detail["type"], detail.get("ctx", {})
    path = ".".join(map(str, detail["loc"]))[:MAX_PATH_LENGTH] or str(context.get("field", ""))
    match kind:
        case "missing":
            return _Field(path, "FIELD_MISSING", f"Give {path}.")
        case "extra_forbidden":
            return _Field(path, "FIELD_UNKNOWN", f"Leave out {path}; this request has no such field.")
        case _ if kind.isupper():
            return _Field(path, kind, detail["msg"])
        case _:
            return _Field(path, "FIELD_INVALID", f"Change {path or 'the body'}: {detail['msg']}.")
