"""Secrets that are made here, told once, and stored as hashes alone."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from zlib import crc32

SECRET_ENTROPY = 32
"""Bytes of randomness in a secret: none can be guessed, so that a fast hash keeps it."""

KEY_PREFIX = "psg_"
"""By which scanners find an API key that was published by mistake."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_LENGTH = 43
_CHECKSUM_LENGTH = 6
_KEY_LENGTH = len(KEY_PREFIX) + _BODY_LENGTH + _CHECKSUM_LENGTH
_HINT_LENGTH = len(KEY_PREFIX) + 4


def secret_hash(text: str) -> bytes:
    """The SHA-256 by which a secret is stored and found."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def refresh_text(entropy: bytes) -> str:
    """A refresh token of SECRET_ENTROPY random bytes, in Base64 for URLs without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(entropy).decode().rstrip("=")


def key_text(entropy: bytes) -> str:
    """An API key of SECRET_ENTROPY random bytes: prefix, 43 digits of base 62, and 6 of the CRC-32 of all before."""
    if len(entropy) != SECRET_ENTROPY:
        raise ValueError(f"an API key is made of {SECRET_ENTROPY} bytes")
    body = KEY_PREFIX + _base62(int.from_bytes(entropy), _BODY_LENGTH)
    return body + _checksum(body)


def is_well_formed(text: str) -> bool:
    """Whether it can be an API key: all but one in four thousand million mistyped ones cannot."""
    if len(text) != _KEY_LENGTH or not text.isascii() or not text.startswith(KEY_PREFIX):
        return False
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return checksum == _checksum(body)


def key_hint(text: str) -> str:
    """The first characters of an API key, by which its owner knows it again."""
    return text[:_HINT_LENGTH]


def _checksum(text: str) -> str:
    return _base62(crc32(text.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
