"""Reads in memory, of what is committed."""

from dataclasses import fields

from application.shared.pages import MAX_PAGE, Page, one_more, page_of
from application.trading.reading.portfolios import Held, Portfolio, PortfolioLine, Totals
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_STAKE
from tests.fakes.histories import MemoryHistories
from tests.fakes.lists import MemoryLists, view_of
from tests.fakes.store import MemoryStore


class MemoryQueries(MemoryLists, MemoryHistories):
    """Implements the ExchangeQueries and GrantQueries ports."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)

    async def portfolio(
        self, user_id: UserId, limit: int = MAX_PAGE, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Portfolio:
        users = self._store.committed.users
        if user_id not in users:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
        page = await self.lines(user_id, limit, after, held)
        return Portfolio(user_id, users[user_id].balance, totals_of(self._lines(user_id)), page)

    async def lines(
        self, user_id: UserId, limit: int, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Page[PortfolioLine, MarketId]:
        lines = [line for line in self._lines(user_id) if after is None or line.view.market.id > after]
        found = [line for line in lines if _is_held(line, held)]
        return page_of(found[: one_more(limit)], limit, lambda line: line.view.market.id)

    def _lines(self, user_id: UserId) -> list[PortfolioLine]:
        state = self._store.committed
        return [
            PortfolioLine(view_of(state, market), position, state.stakes.get((market, user), NO_STAKE))
            for (market, user), position in sorted(state.positions.items(), key=lambda item: item[0])
            if user == user_id
        ]


def totals_of(lines: list[PortfolioLine]) -> Totals:
    """The sums over lines."""
    amounts = [
        Totals(
            line.worth,
            line.position.basis,
            line.stake_worth,
            line.stake.basis,
            line.claimable,
            line.position.realised,
        )
        for line in lines
    ]
    return Totals(*(sum(getattr(each, field.name) for each in amounts) for field in fields(Totals)))


def _is_held(line: PortfolioLine, held: Held) -> bool:
    provides = line.stake.shares > 0
    holds = line.position.yes + line.position.no > 0
    return {Held.EVER: True, Held.NOW: holds or provides, Held.LIQUIDITY: provides}[held]
