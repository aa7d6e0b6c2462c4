"""Webhooks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field

from presage_client.models.base import Answer, Request
from presage_client.models.words import DeliveredEvent, WebhookEvent


class CreateWebhook(Request):
    """Where to tell of which ends of jobs; what is not given is as the server has it."""

    url: str
    events: Sequence[WebhookEvent] | None = None
    all_jobs: bool | None = None


class Webhook(Answer):
    """A webhook without its secret."""

    id: UUID
    url: str
    events: list[WebhookEvent]
    all_jobs: bool
    active: bool
    failures: int
    previous_secret_until: datetime | None
    created_at: datetime


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which no other answer tells."""

    secret: str = Field(repr=False)


class Webhooks(Answer):
    """All webhooks of a user, the oldest first."""

    items: list[Webhook]


class Delivery(Answer):
    """An attempt to tell a webhook something; `error` says why there was no answer."""

    job_id: UUID
    attempt: int
    event: DeliveredEvent
    at: datetime
    milliseconds: int
    status: int | None
    answer: str
    error: str | None


class ToldWebhook(Webhook):
    """A webhook, and the last attempts to tell it something, the newest first."""

    deliveries: list[Delivery]


class TriedWebhook(Answer):
    """The job that sends a message to try a webhook."""

    job_id: UUID
