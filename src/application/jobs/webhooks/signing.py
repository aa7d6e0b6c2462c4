"""Signatures of webhooks (https://www.standardwebhooks.com, version 1.0.0)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

SECRET_PREFIX = "whsec_"
SECRET_ENTROPY = 32
"""Bytes of randomness in a secret."""


def secret_text(entropy: bytes) -> str:
    """A new secret as its owner configures it at the receiving end."""
    return SECRET_PREFIX + b64encode(entropy).decode()


def signed(message_id: str, timestamp: int, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of a message that was sent at a time, in seconds since 1970: signed once with each secret."""
    content = f"{message_id}.{timestamp}.{body}".encode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + b64encode(hmac.digest(key, content, sha256)).decode()
