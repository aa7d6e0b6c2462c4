"""The real clock and the real source of names."""

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
