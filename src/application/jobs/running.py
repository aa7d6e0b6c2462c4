"""A job as it runs in this process."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from math import inf

from application.jobs.ports import Held
from domain.jobs.execution import Execution, Failure, Step
from domain.jobs.retry import RetrySchedule

TOO_LONG = Failure("JOB_TIME_LIMIT", "The job took longer than its time limit allows.")


class Cut(Enum):
    """Why a job is cut short: it took too long, somebody cancelled it, another worker has it, or this one stops."""

    LATE = auto()
    CANCELLED = auto()
    LOST = auto()
    STOPPING = auto()


@dataclass(slots=True, eq=False)
class Running:
    """Times are of the loop's clock; `deadline` is infinite when the handler has returned, `cut_at` until it is cut.

    One that is `left` is settled already, whatever its handler still does.
    """

    execution: Execution
    retries: RetrySchedule
    deadline: float
    task: asyncio.Task[None] | None = None
    cut: Cut | None = None
    cut_at: float = inf
    left: bool = False
    told_at: float = -inf

    @property
    def held(self) -> Held:
        """The job, by its attempt."""
        return Held(self.execution.id, self.execution.attempt)

    @property
    def handled(self) -> bool:
        """Whether only its end is still to be stored."""
        return self.deadline == inf

    def stop(self, why: Cut, now: float) -> None:
        """Cancel its handler, unless it has returned or that was done before."""
        if self.cut is None and not self.handled:
            self.cut, self.cut_at = why, now
            if self.task is not None:
                self.task.cancel()

    def cut_short(self, now: datetime) -> Step | None:
        """What becomes of it when it was cut: nothing where another worker has it."""
        match self.cut:
            case Cut.LATE:
                return self.execution.fail(TOO_LONG, self.retries, now)
            case Cut.CANCELLED:
                return self.execution.cancelled(now)
            case Cut.STOPPING:
                return self.execution.release()
            case _:
                return None
