"""The real clock and the real sources of names and of randomness."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


class SystemClock:
    """Implements the Clock port."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class TimeOrderedIds:
    """Implements the Ids port."""

    def new(self) -> UUID:
        """A UUID that sorts after earlier ones (RFC 9562, version 7)."""
        return uuid7()


class SystemEntropy:
    """Implements the Entropy port."""

    def draw(self, count: int) -> bytes:
        """So many bytes from the operating system."""
        return secrets.token_bytes(count)
