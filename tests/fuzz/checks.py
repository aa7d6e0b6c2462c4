"""Checks of the fuzzer's own, for what its general ones cannot know of this API."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

MALFORMED = frozenset({400, 405, 406, 408, 413, 415, 422})

BY_STATE = frozenset({"IDEMPOTENCY_CONFLICT"})
"""Codes of answers to well-formed requests whose status says that the request must be changed: it is the present state
that refuses them."""

NOT_PRINTABLE = frozenset(
    {"API_KEY_NAME", "EMAIL", "HANDLE", "PASSWORD", "REASON", "SCHEDULE_NAME", "SEARCH_TEXT", "TEXT_LENGTH"}
)
"""Codes that answer text which nobody can read: no pattern of JSON Schema says what is printable. A reason is also
missed of an administrator where others need not give one."""

WRITTEN_AS_FLOAT = frozenset({"AMOUNT_NOT_INTEGER", "NOT_INTEGER"})
"""5.0 is an integer to JSON Schema, and no amount to us."""

BETWEEN_FIELDS = frozenset(
    {"ORDER_FORM", "FIELD_UNFIT", "FIELD_MISSING", "WINDOW", "WINDOW_TOO_LONG", "EDIT_EMPTY", "PERIOD"}
)
"""Codes that answer fields which fit, but not together."""

BEYOND_A_SCHEMA = frozenset(
    {
        *("IDEMPOTENCY_KEY", "CURSOR", "CLOSES_OUT_OF_BOUNDS", "CLOSES_IN_THE_PAST", "API_KEY_EXPIRY"),
        *(
            "TIME_OUT_OF_BOUNDS",
            "CRON_MALFORMED",
            "CRON_NEVER",
            "TIME_ZONE_UNKNOWN",
            "JOB_DUE",
            "JOB_PAYLOAD",
            "WEBHOOK_URL",
        ),
    }
)
"""A key that is made longer for each order of a batch, the content of a cursor, times counted from now, what there is
in the world of times and zones, what a job that is named takes, and where webhooks may be sent."""

EXPECTED = BY_STATE | NOT_PRINTABLE | WRITTEN_AS_FLOAT | BETWEEN_FIELDS | BEYOND_A_SCHEMA


@schemathesis.check
def well_formed_is_taken(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """What fits the document is answered, or refused for the state of the exchange; never for its form."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code not in MALFORMED:
        return
    code = response.json()["error"]["code"]
    assert code in EXPECTED, f"a well-formed request was refused: {response.status_code} {code}"
