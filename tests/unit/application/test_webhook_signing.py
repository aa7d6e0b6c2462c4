"""Signatures of webhooks, held against the library of those who define them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from application.jobs.webhooks.signing import SECRET_ENTROPY, SECRET_PREFIX, secret_text, signed

SECRET, OTHER = secret_text(b"a" * SECRET_ENTROPY), secret_text(b"b" * SECRET_ENTROPY)
BODY = json.dumps({"type": "job.completed", "data": {"name": "é"}})


def now() -> int:
    """The library takes no signature that is older than some minutes."""
    return int(datetime.now(UTC).timestamp())


@given(st.binary(min_size=SECRET_ENTROPY, max_size=SECRET_ENTROPY), st.text())
def test_what_is_signed_is_verified(entropy: bytes, text: str) -> None:
    secret, body = secret_text(entropy), json.dumps({"text": text}, ensure_ascii=False)
    assert Webhook(secret).verify(body, signed("msg_1", now(), body, [secret])) == {"text": text}


def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    headers = signed("msg_1", now(), BODY, [SECRET, OTHER])
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "msg_2"}, {"webhook-timestamp": "earlier"}, {"webhook-signature": "v1,AAAA"}],
)
def test_what_was_changed_is_not(change: dict[str, str]) -> None:
    at = now()
    headers = signed("msg_1", at, BODY, [SECRET]) | {
        name: text.replace("earlier", str(at - 1)) for name, text in change.items()
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers)


def test_another_body_secret_or_time_is_not_verified() -> None:
    headers = signed("msg_1", now(), BODY, [SECRET])
    old = signed("msg_1", now() - int(timedelta(minutes=6).total_seconds()), BODY, [SECRET])
    for secret, body, sent in ((SECRET, BODY + " ", headers), (OTHER, BODY, headers), (SECRET, BODY, old)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, sent)


def test_a_secret_says_what_it_is() -> None:
    assert SECRET.startswith(SECRET_PREFIX)
    assert len(SECRET) > 40
    assert signed("msg_1", 7, BODY, [SECRET])["webhook-timestamp"] == "7"
