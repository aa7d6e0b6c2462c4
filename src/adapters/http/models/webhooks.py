"""Webhooks, as their owners keep them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import named
from domain.jobs.webhook import EVENTS, MAX_URL_LENGTH, Delivery, Event, Webhook
from domain.shared.ids import JobId

EventName = Annotated[
    Event,
    BeforeValidator(named(sorted(EVENTS), "EVENT_UNKNOWN")),
    WithJsonSchema({"type": "string", "enum": sorted(map(str, EVENTS))}),
]
"""What one may register for."""


class WishWebhook(Request):
    """Where to tell how jobs ended: one's own, or, for administrators, all; `events` are all three unless some are
    named."""

    url: str = Field(min_length=1, max_length=MAX_URL_LENGTH, examples=["https://hooks.example.org/presage"])
    events: list[EventName] = Field(default=sorted(EVENTS), min_length=1, max_length=len(EVENTS))
    all_jobs: StrictBool = False


class WebhookAnswer(Answer):
    """A webhook without its secret. `failures` counts the attempts that failed since the last that did not; the secret
    before the present one signs as well until `previousSecretUntil`."""

    id: UUID
    url: str
    events: list[EventName]
    all_jobs: bool
    active: bool
    failures: int
    previous_secret_until: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook, **more: Any) -> Self:
        """A webhook as it is stored, with what else there is to tell of it."""
        return cls(
            id=webhook.id,
            url=webhook.url,
            events=sorted(webhook.events),
            all_jobs=webhook.all_jobs,
            active=webhook.active,
            failures=webhook.failures,
            previous_secret_until=webhook.previous_until,
            created_at=webhook.created_at,
            **more,
        )


class SecretAnswer(WebhookAnswer):
    """A webhook with its secret, which no other answer tells."""

    secret: str = Field(repr=False, examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])

    @classmethod
    def made(cls, webhook: Webhook) -> Self:
        """A webhook whose secret is new."""
        return cls.of(webhook, secret=webhook.secret)


class WebhooksAnswer(Answer):
    """All webhooks of a user, the oldest first."""

    items: list[WebhookAnswer]

    @classmethod
    def of(cls, webhooks: Sequence[Webhook]) -> Self:
        """Webhooks as they are stored."""
        return cls(items=[WebhookAnswer.of(each) for each in webhooks])


class DeliveryAnswer(Answer):
    """An attempt to tell a webhook something: the status of the answer and the beginning of its text, or, in `error`,
    why there was none."""

    job_id: UUID
    attempt: int
    event: Event
    at: datetime
    milliseconds: int
    status: int | None
    answer: str
    error: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """An attempt as it was logged."""
        return cls(
            job_id=delivery.job_id,
            attempt=delivery.attempt,
            event=delivery.event,
            at=delivery.at,
            milliseconds=delivery.milliseconds,
            status=delivery.status,
            answer=delivery.answer,
            error=delivery.error,
        )


class ToldWebhookAnswer(WebhookAnswer):
    """A webhook, and the last attempts to tell it something, the newest first."""

    deliveries: list[DeliveryAnswer]

    @classmethod
    def told(cls, webhook: Webhook, deliveries: Sequence[Delivery]) -> Self:
        """A webhook with its log."""
        return cls.of(webhook, deliveries=[DeliveryAnswer.of(each) for each in deliveries])


class TriedAnswer(Answer):
    """The job that sends a message to try a webhook."""

    job_id: UUID

    @classmethod
    def of(cls, job_id: JobId) -> Self:
        """A job that was asked for."""
        return cls(job_id=job_id)
