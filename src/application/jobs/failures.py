"""What becomes of a job whose handler raised."""

import traceback
from datetime import datetime

from domain.jobs.execution import Execution, Failure, Step
from domain.jobs.retry import RetrySchedule
from domain.shared.errors import Kind, PresageError

MAX_TRACEBACK_LENGTH = 20_000
"""Characters, the last ones: they name the fault."""

PASSING = (Kind.UNAVAILABLE, Kind.LIMITED)


def step_of(error: BaseException, execution: Execution, retries: RetrySchedule, now: datetime) -> Step:
    """A refusal is final, as it would be the same again; what may pass, and what nobody foresaw, is tried again."""
    if isinstance(error, PresageError) and error.kind not in PASSING:
        return execution.refuse(Failure(error.code, error.message), now)
    return execution.fail(failure_of(error), retries, now)


def failure_of(error: BaseException) -> Failure:
    """What is kept of an error; the message of an unforeseen one is for operators alone, as it may tell secrets."""
    text = "".join(traceback.format_exception(error))[-MAX_TRACEBACK_LENGTH:].replace("\0", "")
    if isinstance(error, PresageError):
        return Failure(error.code, error.message, text)
    return Failure("JOB_FAULT", f"The job met a fault ({type(error).__name__}); its operator can read which.", text)
