"""Orders by way of the queue: answered with their job, or with what became of them if that is there in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.http.endpoints import Call, Reply
from adapters.http.jobs import at
from adapters.http.models.jobs import JobAnswer
from adapters.http.preferences import APPLIED, Preference
from adapters.http.requests import trace_of
from adapters.http.waits import WAITS
from application.jobs.catalogue.trading import EXECUTE_TRADES, OrdersPlaced, PlaceOrders
from application.jobs.follow import Follow
from application.jobs.queue_service import Asked, QueueService
from domain.jobs.execution import Execution, State
from domain.trading.orders import Order


@dataclass(frozen=True, slots=True)
class Queued:
    """What is to be answered. Where the job is done in time, `replayed` tells of each of its orders whether it had been
    answered before; the answer has the headers of `reply` then."""

    reply: Reply
    replayed: Sequence[bool] | None = None


@dataclass(frozen=True, slots=True)
class QueuedTrades:
    """A job has the idempotency key of its request. Nobody waits for one longer than `longest_wait` seconds."""

    queue: QueueService
    follow: Follow
    longest_wait: float

    async def ask(self, call: Call[Any, Any], orders: Sequence[Order], preference: Preference) -> Queued:
        """Ask for the job of orders, and wait for it as is preferred.

        Raises Conflict where the key stands for another job, and Unavailable.
        """
        asked = Asked(call.user.id, call.key, trace=trace_of(call.request))
        job, repeated = await self.queue.request(EXECUTE_TRADES, PlaceOrders.of(call.user.id, orders), asked)
        if preference.wait:
            job = await self._ended(call, job, preference)
            if job.state is State.COMPLETED:
                return Queued(Reply(JobAnswer.of(job), headers=self._applied(preference)), _replayed(job, repeated))
        applied = {APPLIED: ", ".join(["respond-async", *self._applied(preference).values()])}
        return Queued(Reply(JobAnswer.of(job), 202, {**at(job), **applied}, repeated))

    async def _ended(self, call: Call[Any, Any], job: Execution, preference: Preference) -> Execution:
        """The job as it ended, or as it stands when nobody waits any longer."""
        try:
            async with call.request.app[WAITS].bounded(min(preference.wait, self.longest_wait)):
                return await self.follow.until_ended(job.id)
        except TimeoutError:
            return await self.queue.get(job.id)

    def _applied(self, preference: Preference) -> dict[str, str]:
        """What was done of the preference to wait."""
        return {APPLIED: f"wait={min(preference.wait, int(self.longest_wait))}"} if preference.wait else {}


def _replayed(job: Execution, repeated: bool) -> Sequence[bool]:
    placed = OrdersPlaced.model_validate_json(job.result or "")
    return [repeated or answer.replayed for answer in placed.answers]
