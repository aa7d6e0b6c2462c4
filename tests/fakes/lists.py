"""Lists in memory: markets, holders, providers, the ranking."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeVar

from application.shared.pages import Page, one_more, page_of
from application.trading.queries import MarketView
from application.trading.reading.holdings import Holder, HoldingCursor, Provider
from application.trading.reading.leaderboard import Rank, RankCursor
from application.trading.reading.markets import EVERY_MARKET, MarketCursor, MarketFilter, MarketSort, cursor_in
from application.trading.reading.search import pattern_of
from domain.accounts.user import Role
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.valuation import claimable
from tests.fakes.state import State
from tests.fakes.store import MemoryStore

T = TypeVar("T")
C = TypeVar("C")


class MemoryLists:
    """Implements MarketList, Holdings and Leaderboard, and reads one market."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def market(self, market_id: MarketId) -> MarketView:
        state = self._store.committed
        if market_id not in state.markets:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return view_of(state, market_id)

    async def markets(
        self,
        limit: int,
        after: MarketCursor | None = None,
        wanted: MarketFilter = EVERY_MARKET,
        sort: MarketSort = MarketSort.OLDEST,
    ) -> Page[MarketView, MarketCursor]:
        state = self._store.committed
        views = [view for view in (view_of(state, market_id) for market_id in state.markets) if _fits(view, wanted)]
        views.sort(key=lambda view: cursor_in(sort, view), reverse=sort.descending)
        return paged(views, limit, after, lambda view: cursor_in(sort, view))

    async def holders(
        self, market_id: MarketId, limit: int, outcome: Outcome | None = None, after: HoldingCursor | None = None
    ) -> Page[Holder, HoldingCursor]:
        state = self._store.committed
        holders = [
            Holder(user, state.users[user].handle, position.yes, position.no)
            for (market, user), position in state.positions.items()
            if market == market_id
        ]
        found = sorted((-each.quantity(outcome), each.user_id, each) for each in holders if each.quantity(outcome))
        return paged(
            [each for *_, each in found],
            limit,
            after,
            lambda each: HoldingCursor(each.quantity(outcome), each.user_id),
        )

    async def providers(
        self, market_id: MarketId, limit: int, after: HoldingCursor | None = None
    ) -> Page[Provider, HoldingCursor]:
        state = self._store.committed
        providers = [
            Provider(user, state.users[user].handle, stake.shares, claimable(state.books[market_id], stake))
            for (market, user), stake in state.stakes.items()
            if market == market_id and stake.shares
        ]
        providers.sort(key=lambda each: (-each.shares, each.user_id))
        return paged(providers, limit, after, lambda each: HoldingCursor(each.shares, each.user_id))

    async def ranks(self, limit: int, after: RankCursor | None = None) -> Page[Rank, RankCursor]:
        ranks = list(_ranks(self._store.committed))
        return paged(ranks, limit, after, lambda rank: RankCursor(rank.profit, rank.user_id))


def paged(every: list[T], limit: int, after: C | None, cursor: Callable[[T], C]) -> Page[T, C]:
    """The page that follows the item with this cursor, which must still be there."""
    first = 0 if after is None else [cursor(item) for item in every].index(after) + 1
    return page_of(every[first : first + one_more(limit)], limit, cursor)


def view_of(state: State, market_id: MarketId) -> MarketView:
    proposal = state.proposals[market_id]
    book, covered = state.books[market_id], state.covered(market_id)
    return MarketView(state.markets[market_id], proposal.listing, book, proposal.created_at, covered)


def _fits(view: MarketView, wanted: MarketFilter) -> bool:
    market, listing = view.market, view.listing
    if wanted.statuses and market.status not in wanted.statuses:
        return False
    if wanted.opened and not view.opened:
        return False
    if wanted.category not in (None, listing.category):
        return False
    texts = (listing.title, listing.description)
    if wanted.text is not None and not any(re.search(pattern_of(wanted.text), text) for text in texts):
        return False
    late = wanted.closes_from is None or market.closes_at >= wanted.closes_from
    return late and (wanted.closes_before is None or market.closes_at < wanted.closes_before)


def _ranks(state: State) -> Iterator[Rank]:
    profits, markets = defaultdict[UserId, int](int), defaultdict[UserId, int](int)
    for (_, user_id), position in state.positions.items():
        user = state.users[user_id]
        if user.active and user.role is not Role.TREASURY:
            profits[user_id] += position.realised
            markets[user_id] += 1
    for user_id, profit in sorted(profits.items(), key=lambda item: (-item[1], item[0])):
        place = 1 + sum(other > profit for other in profits.values())
        yield Rank(place, user_id, state.users[user_id].handle, profit, markets[user_id])
