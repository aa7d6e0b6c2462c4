"""Webhooks: what they are told of, which secrets sign, and what comes of attempts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.jobs.webhook import EVENTS, ROTATION, Delivery, Event, Webhook
from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import JobId, UserId, WebhookId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADA, BO = UserId(UUID(int=1)), UserId(UUID(int=2))
HOOK = Webhook(WebhookId(UUID(int=3)), ADA, "https://example.org", "whsec_one", EVENTS, False, NOON)


def delivery(status: int | None) -> Delivery:
    return Delivery(JobId(UUID(int=4)), 1, HOOK.id, Event.COMPLETED, NOON, 5, status)


@pytest.mark.parametrize("events", [[], [Event.TEST], [Event.COMPLETED, Event.TEST]])
def test_what_cannot_be_registered_for(events: list[Event]) -> None:
    with pytest.raises(Invalid, match=r"job.completed, job.dead, job.failed"):
        replace(HOOK, events=frozenset(events))


def test_whose_jobs_it_is_told_of() -> None:
    failed = replace(HOOK, events=frozenset({Event.FAILED}))
    assert failed.wants(Event.FAILED, ADA)
    assert not failed.wants(Event.COMPLETED, ADA)
    assert not failed.wants(Event.FAILED, BO)
    assert not failed.wants(Event.FAILED, None)
    of_all = replace(failed, all_jobs=True)
    assert all(of_all.wants(Event.FAILED, user) for user in (ADA, BO, None))
    assert not of_all.wants(Event.DEAD, ADA)


def test_the_secret_before_signs_for_a_day() -> None:
    assert HOOK.secrets(NOON) == ("whsec_one",)
    rotated = HOOK.rotate("whsec_two", NOON)
    assert rotated.secrets(NOON + ROTATION - SECOND) == ("whsec_two", "whsec_one")
    assert rotated.secrets(NOON + ROTATION) == ("whsec_two",)
    again = rotated.rotate("whsec_three", NOON + SECOND)
    assert again.secrets(NOON + SECOND) == ("whsec_three", "whsec_two")


def test_attempts_that_fail_are_counted_until_one_does_not() -> None:
    hook = HOOK
    for count, status in enumerate((None, 199, 300, 302, 404, 500), 1):
        hook = hook.told(delivery(status))
        assert (hook.failures, hook.active) == (count, True)
    for status in (200, 204, 299):
        assert hook.told(delivery(status)) == HOOK


def test_an_address_that_is_gone_is_told_no_more() -> None:
    gone = HOOK.told(delivery(410))
    assert (gone.active, gone.failures) == (False, 1)
    assert not gone.told(delivery(500)).active
    with pytest.raises(Conflict, match="Activate"):
        gone.require_active()
    assert gone.activate() == HOOK.activate() == HOOK
    assert not HOOK.deactivate().active


def test_its_secrets_are_not_shown() -> None:
    assert "whsec" not in repr(HOOK.rotate("whsec_two", NOON))
