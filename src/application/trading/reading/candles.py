"""The price of YES over time, as candles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self

from domain.shared.errors import Invalid
from domain.shared.ids import MarketId

MAX_CANDLES = 1_000
"""The most that one window may hold."""

DEFAULT_CANDLES = 200
"""How far a window reaches back that has no beginning."""

CLOCK_STEP = timedelta(minutes=1)
"""A market's entries are dated by the clocks of the processes that made them, in the order of seq but for clocks that
differ or are set back. A window finds every entry that lies in it as long as none was dated that much too late."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 1, 1, tzinfo=UTC)


class Interval(StrEnum):
    """How long a candle lasts."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def length(self) -> timedelta:
        """The time from one candle's start to the next."""
        return _LENGTHS[self]


_LENGTHS = {
    Interval.MINUTE: timedelta(minutes=1),
    Interval.FIVE_MINUTES: timedelta(minutes=5),
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class CandleWindow:
    """The candles from `since` to just before `until`, both aligned to whole intervals since 1970 in UTC."""

    interval: Interval
    since: datetime
    until: datetime

    @classmethod
    def around(cls, interval: Interval, since: datetime | None, until: datetime) -> Self:
        """The candles that reach into the time from `since` to just before `until`, or as many as are usual up to
        there. Raises Invalid."""
        length = interval.length
        if since is None and _EPOCH < until <= _END:
            since = max(_EPOCH, until - DEFAULT_CANDLES * length)
        if since is None or not _EPOCH <= since < until <= _END:
            raise Invalid("WINDOW", "Give a time from 1970 on, and a later one as its end.")
        first, end = (since - _EPOCH) // length, -((_EPOCH - until) // length)
        if end - first > MAX_CANDLES:
            raise Invalid(
                "WINDOW_TOO_LONG",
                f"Ask for at most {MAX_CANDLES} candles at once, or for longer ones.",
                candles=end - first,
                maximum=MAX_CANDLES,
            )
        return cls(interval, _EPOCH + first * length, _EPOCH + end * length)


@dataclass(frozen=True, slots=True)
class Candle:
    """The trades from `start` on, for one interval. Prices are probabilities of YES in millionths.

    `open` is the price just before the first trade, which is where the price stood since the trade before it: the
    close of the candle before, unless liquidity was taken out to the last and put in again at another price.
    `volume` is what traders paid and received, in µP.
    """

    start: datetime
    open: int
    high: int
    low: int
    close: int
    volume: int
    trades: int


class Candles(Protocol):
    """Read access to prices over time."""

    async def candles(self, market_id: MarketId, window: CandleWindow) -> Sequence[Candle]:
        """The candles of a window in order of time. While nobody trades there is none: the last close stands."""
        ...
