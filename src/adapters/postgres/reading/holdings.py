"""Who holds what in PostgreSQL. A page sorts all holders of its market: their shares are in no index, for every trade
would have to write it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from adapters.postgres.reading.reader import Reader
from adapters.postgres.rows import BOOK_COLUMNS, STAKE_COLUMNS, Row, to_book, to_stake
from adapters.postgres.tables import liquidity_pools, lp_positions, portfolios, users
from application.shared.pages import Page, one_more, page_of
from application.trading.reading.holdings import Holder, HoldingCursor, Provider
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.valuation import claimable

_QUANTITIES: dict[Outcome | None, ColumnElement[int]] = {
    None: portfolios.c.yes + portfolios.c.no,
    Outcome.YES: portfolios.c.yes,
    Outcome.NO: portfolios.c.no,
}
_HOLDERS = portfolios.join(users, users.c.id == portfolios.c.user_id)
_PROVIDERS = lp_positions.join(users, users.c.id == lp_positions.c.user_id).join(
    liquidity_pools, liquidity_pools.c.market_id == lp_positions.c.market_id
)


class PostgresHoldings(Reader):
    """Implements the Holdings port."""

    async def holders(
        self, market_id: MarketId, limit: int, outcome: Outcome | None = None, after: HoldingCursor | None = None
    ) -> Page[Holder, HoldingCursor]:
        """Who holds shares of an outcome, or of any; equals in the order of ids. Raises Invalid."""
        quantity = _QUANTITIES[outcome]
        columns = portfolios.c.user_id, users.c.handle, portfolios.c.yes, portfolios.c.no
        found = select(*columns).select_from(_HOLDERS).where(portfolios.c.market_id == market_id)
        rows = await self._rows(_greatest(found, quantity, portfolios.c.user_id, after).limit(one_more(limit)))
        return page_of(
            [Holder(*row) for row in rows],
            limit,
            lambda holder: HoldingCursor(holder.quantity(outcome), holder.user_id),
        )

    async def providers(
        self, market_id: MarketId, limit: int, after: HoldingCursor | None = None
    ) -> Page[Provider, HoldingCursor]:
        """Who holds LP shares; equals in the order of ids. Raises Invalid."""
        stake = (lp_positions.c[name] for name in STAKE_COLUMNS)
        book = (liquidity_pools.c[name] for name in BOOK_COLUMNS)
        found = select(lp_positions.c.user_id, users.c.handle, *stake, *book).select_from(_PROVIDERS)
        found = found.where(lp_positions.c.market_id == market_id)
        found = _greatest(found, lp_positions.c.shares, lp_positions.c.user_id, after)
        rows = await self._rows(found.limit(one_more(limit)))
        return page_of(
            [_provider(row) for row in rows], limit, lambda provider: HoldingCursor(provider.shares, provider.user_id)
        )


def _greatest(
    found: Select[Any], quantity: ColumnElement[int], user_id: ColumnElement[UserId], after: HoldingCursor | None
) -> Select[Any]:
    """Those who hold some, the greatest quantity first, equals by id."""
    found = found.where(quantity > 0).order_by(quantity.desc(), user_id)
    if after is None:
        return found
    return found.where(or_(quantity < after.quantity, and_(quantity == after.quantity, user_id > after.user_id)))


def _provider(row: Row) -> Provider:
    user_id, handle, *rest = row
    stake, book = to_stake(rest[: len(STAKE_COLUMNS)]), to_book(rest[len(STAKE_COLUMNS) :])
    return Provider(user_id, handle, stake.shares, claimable(book, stake))
