"""Draw up a market's report from a snapshot."""

from datetime import datetime, timedelta

from application.reports.course import Course, width_of
from application.reports.listed import Listed
from application.reports.market_report import Holder, HoldersFound, LedgerSums, MarketFacts, MarketReport, TradeLine
from application.reports.ports import Snapshot
from application.reports.sound import require_equal
from domain.trading.valuation import position_worth

SHORTEST = timedelta(minutes=1)
"""The life of a market that has only just begun, as its chart shows it."""


async def draw_up_market(
    snapshot: Snapshot, facts: MarketFacts, trades: int, holders: int, now: datetime
) -> MarketReport:
    """The report with its last `trades` and greatest `holders`. Raises DoesNotAddUp and Unavailable."""
    market_id = facts.market.id
    sums = await snapshot.sums(market_id)
    unpaid = await snapshot.holders(market_id, holders)
    last: list[TradeLine] = []
    async for page in snapshot.trades(market_id, trades):
        last += page
    require_equal("trades", len(last), min(trades, sums.trades))
    return MarketReport(
        facts,
        sums,
        unpaid,
        await _holders(snapshot, facts, sums, unpaid, holders),
        Listed(last, sums.trades),
        await _course(snapshot, facts, now),
        now,
    )


async def _holders(
    snapshot: Snapshot, facts: MarketFacts, sums: LedgerSums, unpaid: HoldersFound, limit: int
) -> Listed[Holder]:
    """Those who hold shares; once everybody has been paid, those who held them."""
    if facts.market.status.ended and not unpaid.number:
        return Listed(await snapshot.paid_holders(facts.market.id, limit), sums.holders)
    found = [
        Holder(handle, position.yes, position.no, position_worth(facts.market, facts.book.pool, position))
        for handle, position in unpaid.greatest
    ]
    return Listed(found, unpaid.number)


async def _course(snapshot: Snapshot, facts: MarketFacts, now: datetime) -> Course | None:
    """The probability from the opening to now, or to the end."""
    first, last = facts.first, facts.last
    if first is None or last is None or first.mark is None:
        return None
    since = first.executed_at
    until = max(last.executed_at if facts.market.status.ended else now, since + SHORTEST)
    prices = await snapshot.prices(facts.market.id, since, width_of(since, until))
    return Course(since, until, first.mark.probability, prices)
