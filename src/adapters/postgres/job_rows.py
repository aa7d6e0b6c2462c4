"""Jobs as rows and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import cache
from operator import attrgetter
from typing import Any

from adapters.postgres.rows import Row
from domain.jobs.execution import Execution, Failure, Queue, State

COLUMNS = tuple(field.name for field in fields(Execution))
"""The columns of job_executions, in the order of the execution's fields."""

_TYPES = {
    "id": "uuid",
    "requested_by": "uuid",
    "after": "uuid",
    "version": "int",
    "attempt": "int",
    "failures": "int",
    "seq": "int",
    "progress": "int",
    "cancel_asked": "bool",
    "suspect": "bool",
    "fingerprint": "bytea",
    "payload": "jsonb",
    "result": "jsonb",
    "failure": "jsonb",
    **dict.fromkeys(("due_at", "created_at", "lease_until", "started_at", "finished_at"), "timestamptz"),
}

MUTABLE = (
    "due_at",
    "state",
    "attempt",
    "failures",
    "seq",
    "lease_until",
    "cancel_asked",
    "suspect",
    "progress",
    "message",
    "result",
    "failure",
    "started_at",
    "finished_at",
)
"""What happens to a job changes these."""


JSON = tuple(name for name, kind in _TYPES.items() if kind == "jsonb")
"""Columns that are read as text, since nothing here looks into them."""

SELECTED = ", ".join(f"{name}::text" if name in JSON else name for name in COLUMNS)


_QUEUE, _STATE, _FAILURE = map(COLUMNS.index, ("queue", "state", "failure"))
_QUEUES = {str(queue): queue for queue in Queue}
_STATES = {str(state): state for state in State}


def type_of(column: str) -> str:
    """Its type in PostgreSQL."""
    return _TYPES.get(column, "text")


def execution_of(row: Row) -> Execution:
    """The job of a row of COLUMNS."""
    told = list(row)
    told[_QUEUE], told[_STATE] = _QUEUES[told[_QUEUE]], _STATES[told[_STATE]]
    if told[_FAILURE] is not None:
        told[_FAILURE] = Failure(**json.loads(told[_FAILURE]))
    return Execution(*told)


_getter = cache(lambda columns: attrgetter(*columns))


def values_of(execution: Execution, columns: Sequence[str]) -> list[Any]:
    """What a job has in some columns."""
    told = list(_getter(columns)(execution))
    if execution.failure is not None:
        told[columns.index("failure")] = json.dumps(asdict(execution.failure))
    return told
