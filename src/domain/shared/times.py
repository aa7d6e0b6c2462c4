"""The times that may be given."""

from datetime import UTC, datetime

from domain.shared.errors import Invalid

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""No time reaches it: a store may keep the very last moment as infinity, and give it back without a zone."""


def require_time(moment: datetime, name: str) -> None:
    """Refuse a time without a zone, or from the end of time on. Raises Invalid."""
    if moment.tzinfo is None:
        raise Invalid("TIME_WITHOUT_ZONE", f"Give {name} with its time zone.", field=name)
    if moment >= END_OF_TIME:
        raise Invalid("TIME_TOO_LATE", f"Give {name} before the year {END_OF_TIME.year}.", field=name)
