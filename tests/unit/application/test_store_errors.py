"""Errors between processes: whatever a store says arrives as it was said."""

import pickle
from copy import copy

import pytest

from application.shared.store import CommitUnknown, StoreBusy, StoreError
from domain.shared.errors import ERRORS, Kind, PresageError

REFUSALS = [
    StoreBusy("lock wait"),
    CommitUnknown(),
    *(ERRORS[kind]("CODE", "Do this.", count=3, name="x") for kind in Kind),
]


@pytest.mark.parametrize("error", REFUSALS)
def test_a_refusal_arrives_in_another_process(error: PresageError) -> None:
    for arrived in (pickle.loads(pickle.dumps(error)), copy(error)):
        assert type(arrived) is type(error)
        assert str(arrived) == str(error)
        assert (arrived.code, arrived.message, arrived.details) == (error.code, error.message, error.details)


def test_what_the_store_refused_arrives() -> None:
    arrived = pickle.loads(pickle.dumps(StoreError("constraint", duplicate=True)))
    assert (str(arrived), arrived.duplicate) == ("constraint", True)
