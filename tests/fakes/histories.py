"""Histories in memory: the ledger, candles, grants."""

from collections.abc import Callable, Sequence
from itertools import groupby

from application.shared.pages import Page, one_more, page_of, require_limit
from application.trading.ports import Refusal
from application.trading.reading.candles import Candle, CandleWindow
from application.trading.reading.trades import Trade, TradeCursor, cursor_at, is_key, trade_not_found
from domain.accounts.user import PointGrant
from domain.shared.ids import GrantId, MarketId, UserId
from domain.trading.cpmm import Pool
from domain.trading.ledger import TRADES, LedgerEntry
from tests.fakes.store import MemoryStore


class MemoryHistories:
    """Implements TradeHistory, Candles and GrantQueries, and reads plain entries."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def entries(self, market_id: MarketId, limit: int, after_seq: int = 0) -> list[LedgerEntry]:
        return self._ledger(market_id, lambda seq: seq > after_seq)[: require_limit(limit)]

    async def trades_after(self, market_id: MarketId, limit: int, after_seq: int = 0) -> Page[Trade, int]:
        return self._trades(self._ledger(market_id, lambda seq: seq > after_seq), limit)

    async def trades_before(self, market_id: MarketId, limit: int, before_seq: int | None = None) -> Page[Trade, int]:
        found = self._ledger(market_id, lambda seq: before_seq is None or seq < before_seq)
        return self._trades(found[::-1], limit)

    async def trades_of(
        self, user_id: UserId, limit: int, before: TradeCursor | None = None
    ) -> Page[LedgerEntry, TradeCursor]:
        entries = [entry for entry in self._store.committed.entries.values() if entry.user_id == user_id]
        found = [entry for entry in entries if before is None or cursor_at(entry) < before]
        found.sort(key=cursor_at, reverse=True)
        return page_of(found[: one_more(limit)], limit, cursor_at)

    async def trade_by_key(self, user_id: UserId, key: str) -> LedgerEntry:
        if not is_key(key):
            raise trade_not_found()
        match self._store.committed.answers().get((user_id, key)):
            case None:
                raise trade_not_found()
            case Refusal(error=error):
                raise trade_not_found(error.code)
            case LedgerEntry() as entry:
                return entry

    async def candles(self, market_id: MarketId, window: CandleWindow) -> Sequence[Candle]:
        trades = [
            entry
            for entry in self._ledger(market_id, lambda _: True)
            if entry.action in TRADES and entry.pool_yes_after and window.since <= entry.executed_at < window.until
        ]
        numbered = [((entry.executed_at - window.since) // window.interval.length, entry) for entry in trades]
        numbered.sort(key=lambda item: item[0])
        return [
            _candle(window, number, [entry for _, entry in group])
            for number, group in groupby(numbered, key=lambda item: item[0])
        ]

    async def grants(self, user_id: UserId, limit: int, before: GrantId | None = None) -> Page[PointGrant, GrantId]:
        grants = [grant for grant in self._store.committed.grants.values() if grant.user_id == user_id]
        found = [grant for grant in grants if before is None or grant.id < before]
        found.sort(key=lambda grant: grant.id, reverse=True)
        return page_of(found[: one_more(limit)], limit, lambda grant: grant.id)

    def _ledger(self, market_id: MarketId, wanted: Callable[[int], bool]) -> list[LedgerEntry]:
        entries = self._store.committed.entries
        found = sorted(seq for market, seq in entries if market == market_id and wanted(seq))
        return [entries[market_id, seq] for seq in found]

    def _trades(self, entries: list[LedgerEntry], limit: int) -> Page[Trade, int]:
        users = self._store.committed.users
        trades = [Trade(entry, users[entry.user_id].handle) for entry in entries[: one_more(limit)]]
        return page_of(trades, limit, lambda trade: trade.entry.seq)


def _candle(window: CandleWindow, number: int, entries: list[LedgerEntry]) -> Candle:
    before = [Pool(entry.pool_yes_before, entry.pool_no_before).probability for entry in entries]
    after = [Pool(entry.pool_yes_after, entry.pool_no_after).probability for entry in entries]
    start = window.since + number * window.interval.length
    volume = sum(entry.amount_in + entry.amount_out for entry in entries)
    return Candle(start, before[0], max(before + after), min(before + after), after[-1], volume, len(entries))
