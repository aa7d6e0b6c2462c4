"""Webhooks, as their owners make, try and delete them."""

from dataclasses import dataclass
from typing import Any

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, Reply, get, post
from adapters.http.models.webhooks import (
    SecretAnswer,
    ToldWebhookAnswer,
    TriedAnswer,
    WebhookAnswer,
    WebhooksAnswer,
    WishWebhook,
)
from application.jobs.webhooks.change_webhook import ChangeWebhook
from application.jobs.webhooks.create_webhook import CreateWebhook
from application.jobs.webhooks.delete_webhook import DeleteWebhook
from application.jobs.webhooks.ports import WebhookQueries
from application.jobs.webhooks.try_webhook import TryWebhook
from domain.shared.ids import WebhookId

_WEBHOOKS = "/api/v1/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{id}}"

MOST_DELIVERIES = 50
"""Of the log, in one answer."""


@dataclass(frozen=True, slots=True)
class OwnWebhooks:
    """Addresses that are told how their owner's jobs ended, or everybody's."""

    create_webhook: CreateWebhook
    change_webhook: ChangeWebhook
    delete_webhook: DeleteWebhook
    try_webhook: TryWebhook
    queries: WebhookQueries

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/webhooks."""
        own = Access.SIGNED_IN
        delete = Endpoint(method="DELETE", path=_WEBHOOK, handler=self.delete, access=own, answer=WebhookAnswer)
        return [
            get(_WEBHOOKS, self.all, own, WebhooksAnswer),
            post(_WEBHOOKS, self.create, own, SecretAnswer, body=WishWebhook, status=201),
            get(_WEBHOOK, self.one, own, ToldWebhookAnswer),
            post(f"{_WEBHOOK}/rotate-secret", self.rotate, own, SecretAnswer),
            post(f"{_WEBHOOK}/deactivate", self.deactivate, own, WebhookAnswer),
            post(f"{_WEBHOOK}/activate", self.activate, own, WebhookAnswer),
            post(f"{_WEBHOOK}/test", self.test, own, TriedAnswer, status=202, headers=("Location",)),
            delete,
        ]

    async def all(self, call: Call[NoQuery, NoBody]) -> WebhooksAnswer:
        """List one's own webhooks."""
        return WebhooksAnswer.of(await self.queries.of(call.user.id))

    async def create(self, call: Call[NoQuery, WishWebhook]) -> SecretAnswer:
        """Make a webhook.

        Its secret is in this answer and nowhere else. What is sent is signed with it as Standard Webhooks has it.
        """
        assert call.caller is not None, "the guard let nobody in"
        wish = call.body
        return SecretAnswer.made(await self.create_webhook(call.caller, wish.url, wish.events, all_jobs=wish.all_jobs))

    async def one(self, call: Call[NoQuery, NoBody]) -> ToldWebhookAnswer:
        """Read a webhook, with the last attempts to tell it something."""
        webhook = await self.queries.webhook(_webhook(call), call.user.id)
        return ToldWebhookAnswer.told(webhook, await self.queries.deliveries(webhook.id, MOST_DELIVERIES))

    async def rotate(self, call: Call[NoQuery, NoBody]) -> SecretAnswer:
        """Replace a webhook's secret; for 24 hours everything is signed with both."""
        return SecretAnswer.made(await self.change_webhook.rotate(call.user.id, _webhook(call)))

    async def deactivate(self, call: Call[NoQuery, NoBody]) -> WebhookAnswer:
        """Tell a webhook nothing more; what waits to be told is dropped."""
        return WebhookAnswer.of(await self.change_webhook.deactivate(call.user.id, _webhook(call)))

    async def activate(self, call: Call[NoQuery, NoBody]) -> WebhookAnswer:
        """Tell a webhook of what ends from now on."""
        return WebhookAnswer.of(await self.change_webhook.activate(call.user.id, _webhook(call)))

    async def test(self, call: Call[NoQuery, NoBody]) -> Reply:
        """Send a webhook an event to try it: `webhook.test`."""
        job = await self.try_webhook(call.user.id, _webhook(call))
        return Reply(TriedAnswer.of(job.id), headers={"Location": f"/api/v1/jobs/{job.id}"})

    async def delete(self, call: Call[NoQuery, NoBody]) -> WebhookAnswer:
        """Delete a webhook, with its log."""
        return WebhookAnswer.of(await self.delete_webhook(call.user.id, _webhook(call)))


def _webhook(call: Call[Any, Any]) -> WebhookId:
    return WebhookId(call.id(code="WEBHOOK_NOT_FOUND"))
