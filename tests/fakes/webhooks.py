"""Webhooks in memory."""

from collections.abc import Collection, Sequence

from domain.accounts.user import Role
from domain.jobs.webhook import Delivery, Webhook
from domain.shared.errors import NotFound
from domain.shared.ids import UserId, WebhookId
from tests.fakes.constraints import require, require_text
from tests.fakes.session import Committed, MemorySession
from tests.fakes.state import State


class MemoryWebhooks:
    """Implements the Webhooks port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def lock_of(self, owner: UserId) -> Sequence[Webhook]:
        await self._session.take_turn()
        with self._session.statement() as state:
            return _of(state, owner)

    async def add(self, webhook: Webhook) -> None:
        with self._session.statement() as state:
            require(webhook.owner in state.users, "fk_webhooks_owner")
            require_text(webhook.url)
            state.webhooks[webhook.id] = webhook

    async def lock(self, webhook_id: WebhookId, owner: UserId) -> Webhook:
        await self._session.take_turn()
        with self._session.statement() as state:
            return _one(state, webhook_id, owner)

    async def find(self, webhook_id: WebhookId) -> Webhook | None:
        await self._session.take_turn()
        with self._session.statement() as state:
            return state.webhooks.get(webhook_id)

    async def change(self, webhook: Webhook) -> None:
        with self._session.statement() as state:
            state.webhooks[webhook.id] = webhook

    async def remove(self, webhook_id: WebhookId) -> None:
        with self._session.statement() as state:
            del state.webhooks[webhook_id]
            kept = {key: told for key, told in state.deliveries.items() if told.webhook_id != webhook_id}
            state.deliveries = kept

    async def record(self, delivery: Delivery) -> None:
        with self._session.statement() as state:
            key = delivery.job_id, delivery.attempt
            require(key not in state.deliveries, "pk_webhook_deliveries")
            require(delivery.webhook_id in state.webhooks, "fk_webhook_deliveries_webhook_id")
            require_text(delivery.answer, delivery.error)
            state.deliveries[key] = delivery


class MemoryWebhookQueries:
    """Implements the WebhookQueries port."""

    def __init__(self, committed: Committed) -> None:
        self._committed = committed

    async def any(self) -> bool:
        return any(webhook.active for webhook in self._committed.state.webhooks.values())

    async def told(self, owners: Collection[UserId]) -> Sequence[Webhook]:
        state, found = self._committed.state, []
        for webhook in sorted(state.webhooks.values(), key=lambda each: each.id):
            user = state.users[webhook.owner]
            theirs = user.role is Role.ADMIN if webhook.all_jobs else webhook.owner in owners
            if webhook.active and user.active and theirs:
                found.append(webhook)
        return found

    async def of(self, owner: UserId) -> Sequence[Webhook]:
        return _of(self._committed.state, owner)

    async def webhook(self, webhook_id: WebhookId, owner: UserId | None = None) -> Webhook:
        return _one(self._committed.state, webhook_id, owner)

    async def deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        told = [each for each in self._committed.state.deliveries.values() if each.webhook_id == webhook_id]
        return sorted(told, key=lambda each: (-each.at.timestamp(), each.job_id, each.attempt))[:limit]


def _of(state: State, owner: UserId) -> Sequence[Webhook]:
    return sorted((each for each in state.webhooks.values() if each.owner == owner), key=lambda each: each.id)


def _one(state: State, webhook_id: WebhookId, owner: UserId | None) -> Webhook:
    found = state.webhooks.get(webhook_id)
    if found is None or owner not in (None, found.owner):
        raise NotFound("WEBHOOK_NOT_FOUND", "List your webhooks and choose one of those.", webhook=str(webhook_id))
    return found
