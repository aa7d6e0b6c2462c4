"""Jobs in every state, each reached as a job reaches it."""

from datetime import timedelta
from uuid import UUID

from domain.jobs.execution import Execution, Failure, Queue, State
from domain.jobs.retry import Delays
from domain.shared.ids import JobId
from tests.unit.domain.exchange import OPENED

LEASE = timedelta(seconds=12)
DELAY = timedelta(seconds=7)
ONE_RETRY = Delays((DELAY,))
FAILURE = Failure("FAULT", "It broke.", "Traceback")
LATER = OPENED + timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)

PENDING = Execution(
    id=JobId(UUID(int=1)),
    name="test.job",
    version=1,
    queue=Queue.REPORTS,
    payload="{}",
    due_at=OPENED,
    created_at=OPENED,
)
ACTIVE = PENDING.claim(OPENED, LEASE).execution

IN_STATE = {
    State.PENDING: PENDING,
    State.ACTIVE: ACTIVE,
    State.RETRYING: ACTIVE.fail(FAILURE, ONE_RETRY, OPENED).execution,
    State.COMPLETED: ACTIVE.complete('{"a": 1}', OPENED).execution,
    State.FAILED: ACTIVE.refuse(FAILURE, OPENED).execution,
    State.DEAD_LETTER: ACTIVE.bury(FAILURE, OPENED).execution,
    State.CANCELLED: ACTIVE.cancelled(OPENED).execution,
}
