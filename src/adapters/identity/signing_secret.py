"""Secrets that sign tokens (HMAC with SHA-256)."""

from base64 import urlsafe_b64encode

from jwt import PyJWK
from jwt.exceptions import InvalidKeyError

from domain.shared.errors import Invalid

MIN_SECRET = 32
"""Bytes (RFC 7518, section 3.2)."""

ALGORITHM = "HS256"


def key_of(secret: bytes) -> PyJWK:
    """The key that is a secret. Raises Invalid where it is too short, or is rather the key of a key pair."""
    encoded = urlsafe_b64encode(secret).decode().rstrip("=")
    if len(secret) >= MIN_SECRET:
        try:
            key = PyJWK({"kty": "oct", "alg": ALGORITHM, "k": encoded})
            key.Algorithm.prepare_key(key.key)
        except InvalidKeyError as error:
            raise Invalid(
                "TOKEN_SECRET", "A token secret must be random bytes, not the key of a key pair; make a new one."
            ) from error
        return key
    raise Invalid("TOKEN_SECRET", f"A token secret must have at least {MIN_SECRET} bytes; make a longer one.")
