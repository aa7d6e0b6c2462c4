"""Candles in PostgreSQL: one statement that reads the entries of its window and no others."""

from collections.abc import Sequence

from sqlalchemy import text

from adapters.postgres.reading.probability import probability
from adapters.postgres.reading.reader import Reader
from adapters.postgres.rows import Row
from application.trading.reading.candles import CLOCK_STEP, Candle, CandleWindow
from domain.shared.ids import MarketId
from domain.trading.ledger import TRADES

_TRADES = ", ".join(f"'{action}'" for action in sorted(TRADES))

# No index knows the time within a market, but seq follows it: `search` halves the ledger on its primary key until
# `low` is the last entry before a time. The times are a clock step beyond the window on either side.
_CANDLES = text(f"""
    WITH RECURSIVE search(edge, low, high) AS (
        SELECT edges.edge, 0::bigint, p.seq + 1
        FROM liquidity_pools p
        CROSS JOIN (VALUES (CAST(:early AS timestamptz)), (CAST(:late AS timestamptz))) AS edges(edge)
        WHERE p.market_id = :market
        UNION ALL
        SELECT s.edge,
               CASE WHEN l.executed_at < s.edge THEN l.seq ELSE s.low END,
               CASE WHEN l.executed_at < s.edge THEN s.high ELSE l.seq END
        FROM search s
        JOIN trade_ledger l ON l.market_id = :market AND l.seq = (s.low + s.high) / 2
        WHERE s.high - s.low > 1
    ), trades AS (
        SELECT seq, amount_in + amount_out AS volume, {probability("before")} AS before,
               {probability("after")} AS after,
               date_bin(CAST(:length AS interval), executed_at, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS start
        FROM trade_ledger
        WHERE market_id = :market
          AND seq > (SELECT max(low) FROM search WHERE edge = CAST(:early AS timestamptz))
          AND seq <= (SELECT max(low) FROM search WHERE edge = CAST(:late AS timestamptz))
          AND executed_at >= :since AND executed_at < :until
          AND action IN ({_TRADES}) AND pool_yes_after > 0
    )
    SELECT start, (array_agg(before ORDER BY seq))[1], greatest(max(before), max(after)),
           least(min(before), min(after)), (array_agg(after ORDER BY seq DESC))[1], sum(volume), count(*)
    FROM trades GROUP BY start ORDER BY start
""")


class PostgresCandles(Reader):
    """Implements the Candles port."""

    async def candles(self, market_id: MarketId, window: CandleWindow) -> Sequence[Candle]:
        """The candles of a window in order of time. While nobody trades there is none: the last close stands."""
        rows = await self._rows(
            _CANDLES,
            market=market_id,
            early=window.since - CLOCK_STEP,
            late=window.until + CLOCK_STEP,
            since=window.since,
            until=window.until,
            length=window.interval.length,
        )
        return [_candle(row) for row in rows]


def _candle(row: Row) -> Candle:
    start, opened, high, low, close, volume, trades = row
    return Candle(start, opened, high, low, close, int(volume), trades)
