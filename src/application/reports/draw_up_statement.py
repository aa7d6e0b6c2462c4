"""Draw up a user's statement from a snapshot."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from application.reports.listed import Listed
from application.reports.ports import AccountFacts, Mark, Snapshot
from application.reports.request import Period
from application.reports.sound import require_equal
from application.reports.statement_fold import StatementFold
from application.reports.user_statement import MarketResult, OpenPosition, UserStatement
from domain.shared.ids import MarketId
from domain.trading.book import NO_POSITION, NO_STAKE, Book
from domain.trading.valuation import position_worth, stake_worth

MARKETS_AT_ONCE = 200

Read = Callable[[int], Awaitable[None]]
"""Hears how many movements were read."""


async def draw_up_statement(
    snapshot: Snapshot, account: AccountFacts, period: Period, most: int, now: datetime, read: Read
) -> UserStatement:
    """The statement with at most so many rows in each list. Raises DoesNotAddUp and Unavailable."""
    fold = StatementFold(period, most)
    async for page in snapshot.movements(account.user.id):
        for movement in page:
            fold.post(movement)
        await read(len(page))
    opening, closing = fold.ended()
    require_equal("balance", closing.balance + fold.after, account.user.balance)
    marks = await _marks(snapshot, [*fold.markets, *fold.held()], period.until)
    positions = sorted(_positions(fold, marks), key=lambda position: (-position.value, position.market.id))
    results = sorted(_results(fold, marks), key=lambda result: (-result.realised, result.market.id))
    return UserStatement(
        account.user.id,
        account.user.handle,
        period,
        opening,
        closing,
        fold.flow,
        Listed(fold.lines, fold.number),
        Listed(results[:most], len(results)),
        Listed(positions[:most], len(positions)),
        sum(position.value for position in positions),
        {market_id: mark.title for market_id, mark in marks.items()},
        fold.course(),
        now,
    )


async def _marks(snapshot: Snapshot, markets: Iterable[MarketId], at: datetime) -> Mapping[MarketId, Mark]:
    wanted, found = sorted(set(markets)), dict[MarketId, Mark]()
    for first in range(0, len(wanted), MARKETS_AT_ONCE):
        found.update(await snapshot.marks(wanted[first : first + MARKETS_AT_ONCE], at))
    return found


def _results(fold: StatementFold, marks: Mapping[MarketId, Mark]) -> Iterable[MarketResult]:
    for market_id, traded in fold.markets.items():
        mark = marks[market_id]
        yield MarketResult(mark.market, mark.title, traded.lines, traded.flow, fold.realised(market_id))


def _positions(fold: StatementFold, marks: Mapping[MarketId, Mark]) -> Iterable[OpenPosition]:
    for market_id in fold.held():
        mark, market = marks[market_id], marks[market_id].then
        position = fold.book.positions.get(market_id, NO_POSITION)
        stake = fold.book.stakes.get(market_id, NO_STAKE)
        yield OpenPosition(
            market,
            mark.title,
            mark.pool.probability if mark.pool else None,
            position.yes,
            position.no,
            stake.shares,
            position.basis + stake.basis,
            position_worth(market, mark.pool, position),
            stake_worth(market, Book(market_id, mark.pool, mark.lp_supply), stake),
        )
