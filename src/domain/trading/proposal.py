"""What a user may propose: how long a market may stay open, and how many drafts may wait."""

from datetime import datetime, timedelta

from domain.shared.errors import Conflict, Invalid

MAX_DRAFTS = 10
"""Drafts of one user that wait for approval at the same time."""

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=1827)
"""Five years with their leap days."""


def require_proposable(closes_at: datetime, now: datetime) -> None:
    """Refuse a closing time that is too near or too far. Raises Invalid."""
    if closes_at.tzinfo is None:
        raise Invalid("TIME_WITHOUT_ZONE", "Give closes_at with its time zone.", field="closes_at")
    if not now + SHORTEST <= closes_at <= now + LONGEST:
        raise Invalid(
            "CLOSES_OUT_OF_BOUNDS",
            "Give a closing time from 1 hour to 5 years ahead.",
            earliest=(now + SHORTEST).isoformat(),
            latest=(now + LONGEST).isoformat(),
        )


def require_room(waiting: int) -> None:
    """Refuse another draft where too many wait. Raises Conflict."""
    if waiting >= MAX_DRAFTS:
        raise Conflict(
            "TOO_MANY_DRAFTS",
            f"{MAX_DRAFTS} of your proposals wait for approval; wait, or withdraw one.",
            waiting=waiting,
            maximum=MAX_DRAFTS,
        )
