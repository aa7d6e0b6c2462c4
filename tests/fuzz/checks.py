"""Checks of the fuzzer's own, for what its general ones cannot know of this API."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

MALFORMED = frozenset({400, 405, 406, 408, 413, 415, 422})

BY_STATE = frozenset({"IDEMPOTENCY_CONFLICT"})
"""Codes of answers to well-formed requests whose status says that the request must be changed: it is the present state
that refuses them."""

BEYOND_A_SCHEMA = frozenset({"IDEMPOTENCY_KEY", "ORDER_FORM", "FIELD_UNFIT", "FIELD_MISSING", "CURSOR"})
"""Codes that answer what a schema cannot say: a key made longer for each order of a batch, query parameters that
exclude each other, the content of a cursor."""


@schemathesis.check
def well_formed_is_taken(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """What fits the document is answered, or refused for the state of the exchange; never for its form."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code not in MALFORMED:
        return
    code = response.json()["error"]["code"]
    assert code in BY_STATE | BEYOND_A_SCHEMA, f"a well-formed request was refused: {response.status_code} {code}"
