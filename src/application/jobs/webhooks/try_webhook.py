"""Tell a webhook something, to see whether it listens."""

from dataclasses import dataclass

from application.jobs.catalogue.webhooks import DELIVER, Deliver
from application.jobs.queue_service import Asked, QueueService
from application.jobs.webhooks.message import body_of
from application.jobs.webhooks.ports import WebhookTransactions
from application.shared.ports import Clock
from domain.jobs.execution import Execution
from domain.jobs.webhook import Event
from domain.shared.ids import UserId, WebhookId


@dataclass(frozen=True, slots=True)
class TryWebhook:
    """Sends an event that nothing else sends, signed and tried again like all."""

    transactions: WebhookTransactions
    queue: QueueService
    clock: Clock

    async def __call__(self, owner: UserId, webhook_id: WebhookId) -> Execution:
        """The job that sends it. Raises NotFound where it is not the user's, and Conflict where it is not active."""
        async with self.transactions() as transaction:
            webhook = await transaction.webhooks.lock(webhook_id, owner)
            webhook.require_active()
            body = body_of(Event.TEST, self.clock.now(), {"webhookId": str(webhook_id)})
            wanted = Deliver(webhook_id=webhook_id, event=Event.TEST, body=body)
            added = await self.queue.add(transaction.jobs, DELIVER, wanted, Asked(by=owner))
            await transaction.commit()
        return added.execution
