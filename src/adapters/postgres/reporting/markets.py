"""Markets for reports in PostgreSQL."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text

from adapters.postgres.reading.probability import probability
from adapters.postgres.reading.reader import MARKETS_WITH_BOOKS, VIEW_COLUMNS, to_view
from adapters.postgres.rows import LEDGER_COLUMNS, POSITION_COLUMNS, Row, to_entry, to_position
from adapters.postgres.session import Session
from adapters.postgres.tables import markets, trade_ledger
from application.reports.course import Stretch
from application.reports.market_report import Holder, HoldersFound, LedgerSums, MarketFacts, TradeLine
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome
from domain.trading.ledger import FROM_FEES, TRADES, Action

PAGE = 200
"""Rows fetched at once through a cursor: few, since between two pages others may trade."""


def listed(actions: Collection[Action]) -> str:
    """Actions as SQL lists them."""
    return ", ".join(f"'{action}'" for action in sorted(actions))


SETTLING = {Action.PAYOUT, Action.REFUND}

_TRADE = f"action IN ({listed(TRADES)})"
_PAID = f"action IN ({listed(SETTLING)})"
_HOLDER = f"{_PAID} AND yes_before + no_before > 0"
_PROVIDER = f"{_PAID} AND lp_before > lp_after"
_REST = f"{_PAID} AND yes_before + no_before = 0 AND lp_before = lp_after"

_SUMS = text(f"""
    SELECT count(*), count(*) FILTER (WHERE {_TRADE}), count(DISTINCT user_id) FILTER (WHERE {_TRADE}),
           coalesce(sum(amount_in + amount_out) FILTER (WHERE {_TRADE}), 0),
           coalesce(sum(amount_in - amount_out - fee) FILTER (WHERE action NOT IN ({listed(FROM_FEES)})), 0),
           coalesce(sum(vault_fee), 0), coalesce(sum(lp_fee), 0),
           coalesce(sum(amount_out) FILTER (WHERE action = '{Action.VAULT_SWEEP}'), 0),
           coalesce(sum(amount_out) FILTER (WHERE action = '{Action.FEE_CLAIM}'), 0),
           count(*) FILTER (WHERE {_HOLDER}), coalesce(sum(amount_out) FILTER (WHERE {_HOLDER}), 0),
           count(*) FILTER (WHERE {_PROVIDER}), coalesce(sum(amount_out) FILTER (WHERE {_PROVIDER}), 0),
           coalesce(sum(amount_out) FILTER (WHERE {_REST}), 0)
    FROM trade_ledger WHERE market_id = :market
""")

# Settlement takes the pool away in parts, which are no prices.
_PRICES = text(f"""
    SELECT start, min(price), max(price), (array_agg(price ORDER BY seq DESC))[1]
    FROM (
        SELECT seq, {probability("after")} AS price,
               date_bin(CAST(:width AS interval), greatest(executed_at, :since), CAST(:since AS timestamptz)) AS start
        FROM trade_ledger
        WHERE market_id = :market AND pool_yes_after > 0
          AND action IN ({listed(TRADES | {Action.ADD_LIQUIDITY, Action.REMOVE_LIQUIDITY})})
    ) AS priced
    GROUP BY start ORDER BY start
""")

_HOLDS = "FROM portfolios WHERE market_id = :market AND (yes > 0 OR no > 0)"
_HELD = text(f"SELECT count(*), coalesce(sum(yes), 0), coalesce(sum(no), 0) {_HOLDS}")
_HOLDERS = text(f"""
    SELECT u.handle, p.* FROM (
        SELECT user_id, {", ".join(POSITION_COLUMNS)} {_HOLDS} ORDER BY yes + no DESC, user_id LIMIT :limit
    ) p JOIN users u ON u.id = p.user_id ORDER BY p.yes + p.no DESC, p.user_id
""")
_PAID_HOLDERS = text(f"""
    SELECT u.handle, l.yes_before, l.no_before, l.amount_out FROM trade_ledger l JOIN users u ON u.id = l.user_id
    WHERE market_id = :market AND {_HOLDER} ORDER BY yes_before + no_before DESC, user_id LIMIT :limit
""")
_TRADES = text(f"""
    SELECT l.seq, l.executed_at, u.handle, l.action, l.outcome,
           abs(yes_after - yes_before) + abs(no_after - no_before), l.price, l.fee, amount_in + amount_out,
           CASE WHEN pool_yes_after > 0 THEN {probability("after")} END
    FROM trade_ledger l JOIN users u ON u.id = l.user_id
    WHERE market_id = :market AND {_TRADE} ORDER BY seq DESC LIMIT :limit
""")


class MarketReading:
    """The part of a snapshot that markets' reports need."""

    def __init__(self, opened: Session) -> None:
        self._session = opened

    async def market(self, market_id: MarketId) -> MarketFacts:
        """One market. Raises NotFound."""
        found = select(*VIEW_COLUMNS, markets.c.proposed_by).select_from(MARKETS_WITH_BOOKS)
        row = await self._session.row(found.where(markets.c.id == market_id))
        if row is None:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        view = to_view(row[:-1])
        ends = select(*(trade_ledger.c[name] for name in LEDGER_COLUMNS)).order_by(trade_ledger.c.seq)
        theirs = trade_ledger.c.market_id == market_id, trade_ledger.c.seq.in_({1, view.book.seq})
        entries = [to_entry(each) for each in await self._session.rows(ends.where(*theirs))]
        first, last = (entries[0], entries[-1]) if entries else (None, None)
        return MarketFacts(view.market, view.listing, view.book, row[-1], view.created_at, first, last)

    async def sums(self, market_id: MarketId) -> LedgerSums:
        """A market's ledger, summed up."""
        (row,) = await self._session.rows(_SUMS, market=market_id)
        return LedgerSums(*map(int, row))

    async def prices(self, market_id: MarketId, since: datetime, width: timedelta) -> Sequence[Stretch]:
        """The probability as trades and liquidity left it, in stretches of `width` from `since` on."""
        rows = await self._session.rows(_PRICES, market=market_id, since=since, width=width)
        return [Stretch(*row) for row in rows]

    async def holders(self, market_id: MarketId, limit: int) -> HoldersFound:
        """Who holds a market's shares, most shares first, equals in the order of ids."""
        (held,) = await self._session.rows(_HELD, market=market_id)
        rows = await self._session.rows(_HOLDERS, market=market_id, limit=limit)
        return HoldersFound([(row[0], to_position(row[2:])) for row in rows], *map(int, held))

    async def paid_holders(self, market_id: MarketId, limit: int) -> Sequence[Holder]:
        """Who held shares when he was paid out or refunded, and how much that was, most shares first."""
        return [Holder(*row) for row in await self._session.rows(_PAID_HOLDERS, market=market_id, limit=limit)]

    async def trades(self, market_id: MarketId, limit: int) -> AsyncIterator[Sequence[TradeLine]]:
        """The last trades of a market, newest first, in pages."""
        async for rows in self._session.stream(_TRADES, PAGE, market=market_id, limit=limit):
            yield [_trade(row) for row in rows]


def _trade(row: Row) -> TradeLine:
    seq, at, handle, action, outcome, shares, price, *rest = row
    priced = Outcome(outcome) if outcome else None
    return TradeLine(seq, at, handle, Action(action), priced, shares, price if priced else None, *rest)
