"""Change a webhook: its secret, and whether it is told anything."""

from collections.abc import Callable
from dataclasses import dataclass

from application.jobs.webhooks.ports import WebhookTransactions
from application.jobs.webhooks.signing import SECRET_ENTROPY, secret_text
from application.shared.ports import Clock, Entropy
from domain.jobs.webhook import Webhook
from domain.shared.ids import UserId, WebhookId


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """Its owner's wishes. Raises NotFound where it is not his."""

    transactions: WebhookTransactions
    clock: Clock
    entropy: Entropy

    async def activate(self, owner: UserId, webhook_id: WebhookId) -> Webhook:
        """Tell it of what ends from now on."""
        return await self._change(owner, webhook_id, Webhook.activate)

    async def deactivate(self, owner: UserId, webhook_id: WebhookId) -> Webhook:
        """Tell it no more; what waits to be told is dropped."""
        return await self._change(owner, webhook_id, Webhook.deactivate)

    async def rotate(self, owner: UserId, webhook_id: WebhookId) -> Webhook:
        """A new secret, told now and never again; for a day the present one signs as well."""
        secret, now = secret_text(self.entropy.draw(SECRET_ENTROPY)), self.clock.now()
        return await self._change(owner, webhook_id, lambda webhook: webhook.rotate(secret, now))

    async def _change(self, owner: UserId, webhook_id: WebhookId, step: Callable[[Webhook], Webhook]) -> Webhook:
        async with self.transactions() as transaction:
            changed = step(await transaction.webhooks.lock(webhook_id, owner))
            await transaction.webhooks.change(changed)
            await transaction.commit()
        return changed
