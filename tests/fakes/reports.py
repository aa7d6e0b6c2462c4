"""What reports are drawn from in memory, of what is committed, and a place for finished files."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import groupby

from application.reports.bounds import MAX_BYTES, MAX_FILES
from application.reports.course import Stretch
from application.reports.files import ReportFile, report_not_found
from application.reports.market_report import Holder, HoldersFound, LedgerSums, MarketFacts, TradeLine
from application.reports.ports import AccountFacts, Mark, Movement
from application.shared.pages import Page, one_more, page_of
from application.shared.store import StoreError
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, ReportId, UserId
from domain.trading.cpmm import Pool
from domain.trading.ledger import FROM_FEES, TRADES, Action, LedgerEntry
from tests.fakes.state import State
from tests.fakes.store import MemoryStore

PAGE = 3
"""Small, so that tests turn pages."""

SETTLING = (Action.PAYOUT, Action.REFUND)
PRICED = TRADES | {Action.ADD_LIQUIDITY, Action.REMOVE_LIQUIDITY}


class MemorySnapshot:
    """Implements the Snapshot port."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def market(self, market_id: MarketId) -> MarketFacts:
        state = self._state
        if market_id not in state.markets:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        proposal, entries = state.proposals[market_id], self._ledger(market_id)
        return MarketFacts(
            state.markets[market_id],
            proposal.listing,
            state.books[market_id],
            proposal.proposed_by,
            proposal.created_at,
            entries[0] if entries else None,
            entries[-1] if entries else None,
        )

    async def sums(self, market_id: MarketId) -> LedgerSums:
        entries = self._ledger(market_id)
        trades = [entry for entry in entries if entry.action in TRADES]
        paid = [entry for entry in entries if entry.action in SETTLING]
        to_holders = [entry.amount_out for entry in paid if entry.yes_before + entry.no_before]
        to_providers = [entry.amount_out for entry in paid if entry.lp_before > entry.lp_after]
        return LedgerSums(
            len(entries),
            len(trades),
            len({entry.user_id for entry in trades}),
            sum(entry.amount_in + entry.amount_out for entry in trades),
            sum(entry.amount_in - entry.amount_out - entry.fee for entry in entries if entry.action not in FROM_FEES),
            sum(entry.vault_fee for entry in entries),
            sum(entry.lp_fee for entry in entries),
            sum(entry.amount_out for entry in entries if entry.action is Action.VAULT_SWEEP),
            sum(entry.amount_out for entry in entries if entry.action is Action.FEE_CLAIM),
            len(to_holders),
            sum(to_holders),
            len(to_providers),
            sum(to_providers),
            sum(entry.amount_out for entry in paid) - sum(to_holders) - sum(to_providers),
        )

    async def prices(self, market_id: MarketId, since: datetime, width: timedelta) -> Sequence[Stretch]:
        priced = [
            (max(entry.executed_at - since, timedelta()) // width, _price(entry))
            for entry in self._ledger(market_id)
            if entry.action in PRICED and entry.pool_yes_after
        ]
        priced.sort(key=lambda each: each[0])
        found = []
        for number, group in groupby(priced, key=lambda each: each[0]):
            prices = [price for _, price in group]
            found.append(Stretch(since + number * width, min(prices), max(prices), prices[-1]))
        return found

    async def holders(self, market_id: MarketId, limit: int) -> HoldersFound:
        held = [
            (-position.yes - position.no, user, position)
            for (market, user), position in self._state.positions.items()
            if market == market_id and (position.yes or position.no)
        ]
        held.sort(key=lambda each: each[:2])
        return HoldersFound(
            [(self._state.users[user].handle, position) for _, user, position in held[:limit]],
            len(held),
            sum(position.yes for *_, position in held),
            sum(position.no for *_, position in held),
        )

    async def paid_holders(self, market_id: MarketId, limit: int) -> Sequence[Holder]:
        paid = [
            entry
            for entry in self._ledger(market_id)
            if entry.action in SETTLING and entry.yes_before + entry.no_before
        ]
        paid.sort(key=lambda entry: (-entry.yes_before - entry.no_before, entry.user_id))
        return [Holder(self._handle(each), each.yes_before, each.no_before, each.amount_out) for each in paid[:limit]]

    async def trades(self, market_id: MarketId, limit: int) -> AsyncIterator[Sequence[TradeLine]]:
        trades = [entry for entry in self._ledger(market_id) if entry.action in TRADES][::-1][:limit]
        for first in range(0, len(trades), PAGE):
            yield [self._trade(entry) for entry in trades[first : first + PAGE]]

    async def account(self, user_id: UserId) -> AccountFacts:
        if user_id not in self._state.users:
            raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
        return AccountFacts(self._state.users[user_id], len(list(self._movements(user_id))))

    async def movements(self, user_id: UserId) -> AsyncIterator[Sequence[Movement]]:
        found = list(self._movements(user_id))
        for first in range(0, len(found), PAGE):
            yield found[first : first + PAGE]

    async def marks(self, markets: Collection[MarketId], at: datetime) -> Mapping[MarketId, Mark]:
        return {market_id: self._mark(market_id, at) for market_id in markets}

    def _ledger(self, market_id: MarketId) -> list[LedgerEntry]:
        return [self._state.entries[key] for key in sorted(self._state.entries) if key[0] == market_id]

    def _handle(self, entry: LedgerEntry) -> str:
        return self._state.users[entry.user_id].handle

    def _trade(self, entry: LedgerEntry) -> TradeLine:
        return TradeLine(
            entry.seq,
            entry.executed_at,
            self._handle(entry),
            entry.action,
            entry.outcome,
            abs(entry.yes_after - entry.yes_before) + abs(entry.no_after - entry.no_before),
            entry.price if entry.outcome else None,
            entry.fee,
            entry.amount_in + entry.amount_out,
            _price(entry) if entry.pool_yes_after else None,
        )

    def _movements(self, user_id: UserId) -> Iterator[Movement]:
        grants = [grant for grant in self._state.grants.values() if grant.user_id == user_id]
        moves = [(grant.granted_at, 0, grant.id.bytes, 0, Movement(grant.granted_at, grant)) for grant in grants]
        latest: dict[MarketId, datetime] = {}
        for key in sorted(self._state.entries):
            entry = self._state.entries[key]
            if entry.user_id == user_id:
                at = latest[entry.market_id] = max(entry.executed_at, latest.get(entry.market_id, entry.executed_at))
                moves.append((at, 1, entry.market_id.bytes, entry.seq, Movement(at, entry)))
        return (movement for *_, movement in sorted(moves, key=lambda each: each[:-1]))

    def _mark(self, market_id: MarketId, at: datetime) -> Mark:
        market, entries = self._state.markets[market_id], self._ledger(market_id)
        before = [entry for entry in entries if entry.executed_at < at]
        last = max(before, key=lambda entry: entry.seq, default=None)
        later = entries[last.seq :] if last else entries
        over = not later or (last is not None and last.action in SETTLING)
        supply = self._state.books[market_id].lp_supply - sum(entry.lp_after - entry.lp_before for entry in later)
        pool = Pool(last.pool_yes_after, last.pool_no_after) if last and last.pool_yes_after else None
        title = self._state.proposals[market_id].listing.title
        return Mark(market, title, pool, supply, market.status.ended and over)


class MemoryReportSource:
    """Opens snapshots of what is committed."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[MemorySnapshot]:
        yield MemorySnapshot(self._store.committed)


class MemoryReportStore:
    """Implements the ReportStore port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def save(self, file: ReportFile, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise StoreError("too large")
        kept = self._store.committed.reports
        kept.setdefault(file.id, (file, content))
        theirs = sorted(each for each, (kept_file, _) in kept.items() if kept_file.requested_by == file.requested_by)
        old = {each for each, (kept_file, _) in kept.items() if kept_file.expires_at <= file.created_at}
        for each in old | set(theirs[:-MAX_FILES]):
            del kept[each]

    async def file(self, report_id: ReportId, now: datetime) -> ReportFile:
        return self._found(report_id, now)[0]

    async def content(self, report_id: ReportId, now: datetime) -> bytes:
        return self._found(report_id, now)[1]

    async def files(
        self, requested_by: UserId, now: datetime, limit: int, before: ReportId | None = None
    ) -> Page[ReportFile, ReportId]:
        files = [file for file, _ in self._store.committed.reports.values()]
        theirs = [file for file in files if file.requested_by == requested_by and file.expires_at > now]
        found = sorted((file for file in theirs if before is None or file.id < before), key=lambda file: file.id)
        return page_of(found[::-1][: one_more(limit)], limit, lambda file: file.id)

    def _found(self, report_id: ReportId, now: datetime) -> tuple[ReportFile, bytes]:
        found = self._store.committed.reports.get(report_id)
        if found is None or found[0].expires_at <= now:
            raise report_not_found(report_id)
        return found


def _price(entry: LedgerEntry) -> int:
    return Pool(entry.pool_yes_after, entry.pool_no_after).probability
