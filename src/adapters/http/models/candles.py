"""Prices over time."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import Digits, Moment, millionths, named
from application.trading.reading.candles import Candle, CandleWindow, Interval


class AskCandles(Request):
    """The candles that reach into the time from `since` to just before `until`; up to now, and so many back, where
    that is left out."""

    interval: Annotated[Interval, BeforeValidator(named(Interval, "INTERVAL_UNKNOWN"))] = Interval.HOUR
    since: Moment | None = None
    until: Moment | None = None

    def window(self, now: datetime) -> CandleWindow:
        """The window asked for. Raises Invalid."""
        return CandleWindow.around(self.interval, self.since, self.until or now)


class CandleAnswer(Answer):
    """The trades from `start` on, for one interval; prices are probabilities of YES.

    It opens where the trade before it left the price. `volume` is what traders paid and received.
    """

    start: datetime
    open: float
    high: float
    low: float
    close: float
    volume: Digits
    trades: int

    @classmethod
    def of(cls, candle: Candle) -> Self:
        """A candle as it was read."""
        return cls(
            start=candle.start,
            open=millionths(candle.open),
            high=millionths(candle.high),
            low=millionths(candle.low),
            close=millionths(candle.close),
            volume=candle.volume,
            trades=candle.trades,
        )


class CandlesAnswer(Answer):
    """The candles of a window, in the order of time; a time without trades has none. `since` and `until` are the
    window in whole intervals."""

    market_id: UUID
    interval: Interval
    since: datetime
    until: datetime
    items: list[CandleAnswer]
