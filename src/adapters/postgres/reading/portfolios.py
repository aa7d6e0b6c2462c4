"""Portfolios in PostgreSQL: a page of lines, and totals over all of a user's markets, on one snapshot.

The totals are sums in SQL of what `domain.trading.valuation` gives for each market; both read every market in which
the user ever held something.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, or_, select, text, true

from adapters.postgres.reading.reader import MARKETS_WITH_BOOKS, VIEW_COLUMNS, Reader, to_view
from adapters.postgres.rows import POSITION_COLUMNS, STAKE_COLUMNS, Row, to_position, to_stake
from adapters.postgres.session import Session, session
from adapters.postgres.tables import lp_positions, markets, portfolios
from application.shared.pages import MAX_PAGE, Page, one_more, page_of
from application.trading.reading.portfolios import Held, Portfolio, PortfolioLine, Totals
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.liquidity import SCALE
from domain.trading.market import Status

_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _marked(yes: str, no: str) -> str:
    return f"div({yes} * l.no + {no} * l.yes, l.yes::numeric + l.no)"


def _part(side: str) -> str:
    """A provider's part of a reserve."""
    return f"div(l.{side}::numeric * s.shares, l.lp_supply)"


_WORTH = f"""
    CASE WHEN m.outcome = '{Outcome.YES}' THEN p.yes WHEN m.outcome = '{Outcome.NO}' THEN p.no
         WHEN m.status = '{Status.CANCELLED}' THEN p.yes_basis + p.no_basis
         WHEN l.yes = 0 THEN least(p.yes, p.no)
         ELSE {_marked("p.yes::numeric", "p.no::numeric")} END
"""
_STAKE_WORTH = f"""
    CASE WHEN l.yes = 0 THEN 0
         WHEN m.outcome = '{Outcome.YES}' THEN {_part("yes")} WHEN m.outcome = '{Outcome.NO}' THEN {_part("no")}
         ELSE {_marked(_part("yes"), _part("no"))} END
"""
_CLAIMABLE = f"""
    CASE WHEN s.shares > 0 THEN div(s.fee_owed + s.shares * (l.lp_fee_per_share - s.fee_checkpoint)
        + CASE WHEN s.shares = l.lp_supply THEN l.lp_fee_remainder ELSE 0 END, {SCALE}) END
"""
_TOTALS = text(f"""
    SELECT u.balance, coalesce(sum({_WORTH}), 0), coalesce(sum(p.yes_basis + p.no_basis), 0),
           coalesce(sum({_STAKE_WORTH}), 0), coalesce(sum(s.basis), 0), coalesce(sum({_CLAIMABLE}), 0),
           coalesce(sum(p.realised), 0)
    FROM users u
    LEFT JOIN portfolios p ON p.user_id = u.id
    LEFT JOIN lp_positions s ON s.market_id = p.market_id AND s.user_id = p.user_id
    LEFT JOIN liquidity_pools l ON l.market_id = p.market_id
    LEFT JOIN markets m ON m.id = p.market_id
    WHERE u.id = :user_id
    GROUP BY u.id
""")

_HOLDING_COLUMNS = (
    *(portfolios.c[name] for name in POSITION_COLUMNS),
    *(lp_positions.c[name] for name in STAKE_COLUMNS),
)
_HOLDINGS = portfolios.outerjoin(
    lp_positions,
    (lp_positions.c.market_id == portfolios.c.market_id) & (lp_positions.c.user_id == portfolios.c.user_id),
).join(MARKETS_WITH_BOOKS, markets.c.id == portfolios.c.market_id)

_HELD: Mapping[Held, ColumnElement[bool]] = {
    Held.EVER: true(),
    Held.NOW: or_(portfolios.c.yes > 0, portfolios.c.no > 0, lp_positions.c.shares > 0),
    Held.LIQUIDITY: lp_positions.c.shares > 0,
}


class PostgresPortfolios(Reader):
    """Implements the Portfolios port."""

    async def portfolio(
        self, user_id: UserId, limit: int = MAX_PAGE, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Portfolio:
        """What a user has, all of one moment. Raises Invalid and NotFound."""
        async with session(self._engine) as opened:
            await opened.run(_SNAPSHOT)
            row = await opened.row(_TOTALS, user_id=user_id)
            if row is None:
                raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id))
            balance, *totals = map(int, row)
            return Portfolio(user_id, balance, Totals(*totals), await _page(opened, user_id, limit, after, held))

    async def lines(
        self, user_id: UserId, limit: int, after: MarketId | None = None, held: Held = Held.EVER
    ) -> Page[PortfolioLine, MarketId]:
        """The lines alone; none for a user who does not exist. Raises Invalid."""
        async with session(self._engine) as opened:
            return await _page(opened, user_id, limit, after, held)


async def _page(
    opened: Session, user_id: UserId, limit: int, after: MarketId | None, held: Held
) -> Page[PortfolioLine, MarketId]:
    rows = await opened.rows(_lines(user_id, after, held).limit(one_more(limit)))
    return page_of([_line(row) for row in rows], limit, lambda line: line.view.market.id)


def _lines(user_id: UserId, after: MarketId | None, held: Held) -> Select[tuple[object, ...]]:
    found = select(*_HOLDING_COLUMNS, *VIEW_COLUMNS).select_from(_HOLDINGS).where(portfolios.c.user_id == user_id)
    if after is not None:
        found = found.where(portfolios.c.market_id > after)
    return found.where(_HELD[held]).order_by(portfolios.c.market_id)


def _line(row: Row) -> PortfolioLine:
    split, end = len(POSITION_COLUMNS), len(POSITION_COLUMNS) + len(STAKE_COLUMNS)
    return PortfolioLine(to_view(row[end:]), to_position(row[:split]), to_stake(row[split:end]))
