"""A market's price moves in a few bytes, for a column of a row that every trade reads and writes.

Two times of eight bytes (µs from 1970 on, 0 for none), the newest slot in four, and six bytes for each slot from the
oldest on: how far it lies before the newest (8 bits), its low and its high (20 bits each). With a window of five
minutes these are at most 146 bytes, with the longest window 386.
"""

from datetime import datetime, timedelta
from struct import Struct

from domain.breakers.price_move import PriceMove
from domain.breakers.slots import EPOCH
from domain.breakers.window import PriceWindow

_HEAD = Struct(">QQI")
_SLOT_BYTES = 6
_BITS = 20
_PROBABILITY = (1 << _BITS) - 1
_MICROSECOND = timedelta(microseconds=1)


def pack(state: PriceMove) -> bytes:
    """The bytes of a state."""
    records = state.window.records
    newest = records[-1][0]
    head = _HEAD.pack(_moment(state.paused_until), _moment(state.quiet_until), newest)
    return head + b"".join(
        (((newest - slot) << _BITS | low) << _BITS | high).to_bytes(_SLOT_BYTES, "big") for slot, low, high in records
    )


def unpack(packed: bytes) -> PriceMove:
    """The state that was packed."""
    paused, quiet, newest = _HEAD.unpack_from(packed)
    starts = range(_HEAD.size, len(packed), _SLOT_BYTES)
    numbers = (int.from_bytes(packed[start : start + _SLOT_BYTES], "big") for start in starts)
    records = [(newest - (each >> 2 * _BITS), each >> _BITS & _PROBABILITY, each & _PROBABILITY) for each in numbers]
    return PriceMove(PriceWindow.of(records), _time(paused), _time(quiet))


def _moment(time: datetime | None) -> int:
    return (time - EPOCH) // _MICROSECOND if time else 0


def _time(moment: int) -> datetime | None:
    return EPOCH + moment * _MICROSECOND if moment else None
