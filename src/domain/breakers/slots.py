"""Slots: sliding windows in a bounded room.

Time is cut into slots of SLOT, and a window keeps one record for each slot in which something happened. A slot leaves
as a whole once all of it is older than the window, so that a window covers its length and less than one SLOT more:
what it should see is always seen, and what is up to a SLOT too old may still be. Clocks of processes may differ by
little: from one that is behind, the newest slot takes what happens.
"""

from datetime import UTC, datetime, timedelta

from domain.breakers.trip import require_rule

SLOT = timedelta(seconds=15)
LONGEST_WINDOW = timedelta(minutes=15)
"""Of which a window has at most 61 slots; of five minutes, 21."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def slot_at(moment: datetime) -> int:
    """The number of the slot that a moment is in, from 1970 on."""
    return (moment - EPOCH) // SLOT


def require_window(window: timedelta) -> None:
    """Refuse a length that is out of bounds, or not of whole slots. Raises Invalid."""
    require_rule(
        SLOT <= window <= LONGEST_WINDOW and not window % SLOT,
        f"Give a window of {SLOT.seconds} to {LONGEST_WINDOW.seconds} s, in steps of {SLOT.seconds} s.",
    )
