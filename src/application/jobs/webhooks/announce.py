"""Tell webhooks how jobs ended."""

import asyncio
from collections.abc import Iterator, Sequence
from math import inf

from application.jobs.catalogue.webhooks import DELIVER, Deliver
from application.jobs.ports import FollowUps
from application.jobs.queue_service import Asked, QueueService
from application.jobs.webhooks.message import body_of, end_of
from application.jobs.webhooks.ports import WebhookQueries
from application.shared.ports import Clock
from domain.jobs.execution import Execution, Step
from domain.jobs.webhook import EVENT_OF, Webhook

REMEMBERED_SECONDS = 5.0
"""For so long it may go unnoticed that there is a first webhook."""


class Announce:
    """Implements the Announcer port: nothing is read where there are no webhooks, and none hears of its own jobs."""

    def __init__(
        self, queries: WebhookQueries, queue: QueueService, clock: Clock, seconds: float = REMEMBERED_SECONDS
    ) -> None:
        self._queries = queries
        self._queue = queue
        self._clock = clock
        self._seconds = seconds
        self._any = False
        self._until = -inf

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
        """The jobs that tell of these. Raises Unavailable."""
        ended = [step for step in steps if step.event in EVENT_OF and step.execution.name != DELIVER.name]
        if not ended or not await self._is_any():
            return {}
        webhooks = await self._queries.told({job.requested_by for job, _ in ended if job.requested_by is not None})
        return {step.execution.id: list(self._deliveries(step, webhooks)) for step in ended}

    async def _is_any(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now >= self._until:
            self._any, self._until = await self._queries.any(), now + self._seconds
        return self._any

    def _deliveries(self, step: Step, webhooks: Sequence[Webhook]) -> Iterator[Execution]:
        job, kind = step
        assert kind is not None, "it has ended"
        event = EVENT_OF[kind]
        body = body_of(event, self._clock.now(), end_of(job))
        for webhook in webhooks:
            if webhook.wants(event, job.requested_by):
                wanted = Deliver(webhook_id=webhook.id, event=event, body=body)
                asked = Asked(key=f"webhook/{webhook.id}/{job.id}/{job.attempt}")
                yield self._queue.execution(DELIVER, wanted, asked)
