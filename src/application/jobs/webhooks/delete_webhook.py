"""Delete a webhook."""

from dataclasses import dataclass

from application.jobs.webhooks.ports import WebhookTransactions
from domain.jobs.webhook import Webhook
from domain.shared.ids import UserId, WebhookId


@dataclass(frozen=True, slots=True)
class DeleteWebhook:
    """Deletes one of a user's own, with the log of its deliveries; what waits to be told is dropped."""

    transactions: WebhookTransactions

    async def __call__(self, owner: UserId, webhook_id: WebhookId) -> Webhook:
        """The webhook as it was. Raises NotFound where it is not the user's."""
        async with self.transactions() as transaction:
            webhook = await transaction.webhooks.lock(webhook_id, owner)
            await transaction.webhooks.remove(webhook_id)
            await transaction.commit()
        return webhook
