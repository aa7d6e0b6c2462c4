"""Webhooks: where to be told how jobs ended."""

from collections.abc import Sequence
from uuid import UUID

from presage_client.models.webhooks import (
    CreateWebhook,
    ToldWebhook,
    TriedWebhook,
    Webhook,
    Webhooks,
    WebhookWithSecret,
)
from presage_client.models.words import WebhookEvent
from presage_client.operations import Asked, Operation, Part, calls

_WEBHOOKS = "/api/v1/webhooks"
_WEBHOOK = f"{_WEBHOOKS}/{{id}}"
_ALL = Operation("GET", _WEBHOOKS, Webhooks)
_CREATE = Operation("POST", _WEBHOOKS, WebhookWithSecret, body=CreateWebhook)
_ONE = Operation("GET", _WEBHOOK, ToldWebhook)
_ROTATE = Operation("POST", f"{_WEBHOOK}/rotate-secret", WebhookWithSecret)
_DEACTIVATE = Operation("POST", f"{_WEBHOOK}/deactivate", Webhook)
_ACTIVATE = Operation("POST", f"{_WEBHOOK}/activate", Webhook)
_TEST = Operation("POST", f"{_WEBHOOK}/test", TriedWebhook)
_DELETE = Operation("DELETE", _WEBHOOK, Webhook)


class OwnWebhooks(Part):
    """Under /api/v1/webhooks."""

    @calls(_ALL)
    def all(self) -> Asked:
        """One's own, the oldest first."""
        return Asked()

    @calls(_CREATE)
    def create(self, url: str, *, events: Sequence[WebhookEvent] | None = None, all_jobs: bool | None = None) -> Asked:
        """Have the ends of one's jobs told to an address; administrators may have all told."""
        return Asked(body=CreateWebhook(url=url, events=events, all_jobs=all_jobs))

    @calls(_ONE)
    def one(self, webhook_id: UUID | str) -> Asked:
        """A webhook, with the last attempts to tell it something."""
        return Asked({"id": webhook_id})

    @calls(_ROTATE)
    def rotate_secret(self, webhook_id: UUID | str) -> Asked:
        """Replace its secret; for a day everything is signed with both."""
        return Asked({"id": webhook_id})

    @calls(_DEACTIVATE)
    def deactivate(self, webhook_id: UUID | str) -> Asked:
        """Tell it nothing more."""
        return Asked({"id": webhook_id})

    @calls(_ACTIVATE)
    def activate(self, webhook_id: UUID | str) -> Asked:
        """Tell it of what ends from now on."""
        return Asked({"id": webhook_id})

    @calls(_TEST)
    def test(self, webhook_id: UUID | str) -> Asked:
        """Send it an event to try it."""
        return Asked({"id": webhook_id})

    @calls(_DELETE)
    def delete(self, webhook_id: UUID | str) -> Asked:
        """Delete it, with its log."""
        return Asked({"id": webhook_id})
