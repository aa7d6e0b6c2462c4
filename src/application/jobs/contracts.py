"""Contracts of jobs: all that whoever asks for a job and whoever runs it have to agree on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from domain.accounts.caller import Caller
from domain.jobs.execution import Queue
from domain.jobs.retry import DEFAULT_RETRIES, RetrySchedule
from domain.shared.errors import Invalid

TIME_LIMIT = timedelta(seconds=10)

MAX_PAYLOAD_LENGTH = 1_000_000
"""Characters of JSON."""


class Payload(BaseModel):
    """What a job is told, or leaves behind; in JSON its names are camelCase. Amounts are integers of micro-units."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True, extra="forbid", frozen=True
    )


class Nothing(Payload):
    """A job that needs to be told nothing."""


_NUL = r"\u0000"
"""As JSON writes it, unless a backslash before it makes it mean these six characters."""

_NUL_MEANT = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

P = TypeVar("P", bound=Payload)


class OpenTo(StrEnum):
    """Who may ask for a job by its name; use cases ask for any."""

    NOBODY = "nobody"
    ADMINS = "admins"
    USERS = "users"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Generic[P]):
    """A kind of job.

    `key` tells what makes two requests one and the same, where that follows from the payload. A try that takes longer
    than `time_limit` has failed. A change of the payload that old ones do not fit needs a new `version`. `signed`
    writes into the payload by what proof a caller asks, where that decides what he may have.
    """

    name: str
    queue: Queue
    payload: type[P]
    version: int = 1
    retries: RetrySchedule = DEFAULT_RETRIES
    time_limit: timedelta = TIME_LIMIT
    key: Callable[[P], str] | None = None
    open_to: OpenTo = OpenTo.NOBODY
    signed: Callable[[P, Caller | None], P] | None = None

    def asked_by(self, payload: P, caller: Caller | None) -> P:
        """The payload that somebody gave, who may not say himself by what proof he asks."""
        return self.signed(payload, caller) if self.signed else payload

    def read(self, text: str, version: int) -> P:
        """The payload of JSON text. Raises Invalid where it does not fit, or is of a later version than this one."""
        if version > self.version:
            raise Invalid("JOB_VERSION", "Update this worker, then requeue the job.", job=self.name, version=version)
        require_storable(text)
        try:
            return self.payload.model_validate_json(text)
        except ValidationError as error:
            raise Invalid("JOB_PAYLOAD", f"Give {self.name} another payload: {_told(error)}.", job=self.name) from error


def require_storable(text: str) -> None:
    """Refuse JSON text that is too long, or has a NUL, which no store takes. Raises Invalid."""
    if len(text) > MAX_PAYLOAD_LENGTH or (_NUL in text and _NUL_MEANT.search(text)):
        raise Invalid("JOB_PAYLOAD", f"Give a payload of at most {MAX_PAYLOAD_LENGTH} characters, none of them NUL.")


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"])) or "it"
    return f"{where}: {first['msg'].rstrip('.').lower()}"
