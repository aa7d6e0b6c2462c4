"""What becomes of a job whose handler raised, and of trouble that is no job's own."""

import logging
import traceback
from datetime import datetime

from application.shared.store import StoreError
from domain.jobs.execution import Execution, Failure, Step
from domain.jobs.retry import RetrySchedule
from domain.shared.errors import Kind, PresageError, Unavailable

MAX_TRACEBACK_LENGTH = 20_000
"""Characters, the last ones: they name the fault."""

MAX_REASON_LENGTH = 1_000
"""Characters of a failure's message."""

PASSING = (Kind.UNAVAILABLE, Kind.LIMITED)

_log = logging.getLogger(__name__)


def step_of(error: BaseException, execution: Execution, retries: RetrySchedule, now: datetime) -> Step:
    """A refusal is final, as it would be the same again; what may pass, and what nobody foresaw, is tried again."""
    if isinstance(error, PresageError) and error.kind not in PASSING:
        return execution.refuse(Failure(error.code, _storable(error.message)[:MAX_REASON_LENGTH]), now)
    return execution.fail(failure_of(error), retries, now)


def failure_of(error: BaseException) -> Failure:
    """What is kept of an error; the message of an unforeseen one is for operators alone, as it may tell secrets."""
    text = _storable("".join(traceback.format_exception(error))[-MAX_TRACEBACK_LENGTH:])
    if isinstance(error, PresageError):
        return Failure(error.code, _storable(error.message)[:MAX_REASON_LENGTH], text)
    return Failure("JOB_FAULT", f"The job met a fault ({type(error).__name__}); its operator can read which.", text)


def tell_of(trouble: str, error: Exception) -> None:
    """Log it; with its traceback where it is more than a store that is away or refuses something."""
    _log.warning("%s: %s", trouble, error, exc_info=not isinstance(error, Unavailable | StoreError))


def _storable(text: str) -> str:
    """Without what PostgreSQL keeps in no text: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()
