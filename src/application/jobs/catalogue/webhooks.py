"""Jobs that tell webhooks how other jobs ended."""

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from application.jobs.contracts import Contract, Payload
from domain.jobs.execution import Queue
from domain.jobs.retry import Exponential
from domain.jobs.webhook import Event

MAX_BODY_LENGTH = 20_000


class Deliver(Payload):
    """A body to send to a webhook, the same at each attempt."""

    webhook_id: UUID
    event: Event
    body: str = Field(max_length=MAX_BODY_LENGTH)


class Delivered(Payload):
    """The status of the answer; none where the webhook is gone, or is told no more."""

    status: int | None


DELIVER = Contract(
    name="webhook.deliver",
    queue=Queue.WEBHOOKS,
    payload=Deliver,
    retries=Exponential(timedelta(seconds=5), retries=10, factor=4, longest=timedelta(hours=10)),
    time_limit=timedelta(seconds=20),
)
"""In a queue of their own, so that receivers who take their time hold up nobody else. Tried for a day and a half: after
5 s, 20 s, 80 s and so on, then each ten hours."""
