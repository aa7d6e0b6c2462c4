"""Sums over markets in PostgreSQL, each one statement on its own snapshot."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ARRAY, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import Row
from adapters.postgres.session import session
from application.trading.summaries import Ending, Result, Turnover
from domain.accounts.user import Role
from domain.shared.ids import MarketId
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import TRADES, Action
from domain.trading.market import Status


def _listed(actions: Collection[Action]) -> str:
    return ", ".join(f"'{action}'" for action in sorted(actions))


def _over_markets(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("markets", type_=ARRAY(Uuid)))


_TURNOVER = _over_markets(
    "SELECT count(*), coalesce(sum(amount_in + amount_out), 0), coalesce(sum(vault_fee), 0), coalesce(sum(lp_fee), 0) "
    f"FROM trade_ledger WHERE market_id = ANY(:markets) AND action IN ({_listed(TRADES)})"
)

_ENDINGS = _over_markets(
    "SELECT m.id, m.status, m.outcome, l.pool_yes_after, l.pool_no_after FROM markets m "
    "LEFT JOIN LATERAL ("
    "SELECT pool_yes_after, pool_no_after FROM trade_ledger WHERE market_id = m.id "
    f"AND action IN ({_listed(TRADES | {Action.ADD_LIQUIDITY, Action.REMOVE_LIQUIDITY})}) ORDER BY seq DESC LIMIT 1"
    ") l ON true WHERE m.id = ANY(:markets) ORDER BY m.id"
)

_RESULTS = {
    best: _over_markets(
        "SELECT p.user_id, sum(p.realised) AS profit FROM portfolios p JOIN users u ON u.id = p.user_id "
        f"WHERE p.market_id = ANY(:markets) AND u.role <> '{Role.TREASURY}' "
        f"GROUP BY p.user_id ORDER BY profit {'DESC' if best else 'ASC'}, p.user_id LIMIT :limit"
    )
    for best in (True, False)
}

_TREASURY_PROFIT = _over_markets(
    "SELECT coalesce(sum(p.realised), 0) FROM portfolios p JOIN users u ON u.id = p.user_id "
    f"WHERE p.market_id = ANY(:markets) AND u.role = '{Role.TREASURY}'"
)


class PostgresSummaries:
    """Implements the MarketSummaries port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def turnover(self, markets: Collection[MarketId]) -> Turnover:
        """The trades of all of them together."""
        (row,) = await self._rows(_TURNOVER, markets)
        return Turnover(*map(int, row))

    async def endings(self, markets: Collection[MarketId]) -> Sequence[Ending]:
        """Each of them that exists, in the order of ids."""
        return [_ending(row) for row in await self._rows(_ENDINGS, markets)]

    async def results(self, markets: Collection[MarketId], limit: int, *, best: bool) -> Sequence[Result]:
        """Traders by profit, best or worst first; equals in the order of ids. The treasury is not among them."""
        rows = await self._rows(_RESULTS[best], markets, limit=limit)
        return [Result(user_id, int(profit)) for user_id, profit in rows]

    async def treasury_profit(self, markets: Collection[MarketId]) -> int:
        """What the treasury realised in them as liquidity provider and from fees, in µP."""
        ((profit,),) = await self._rows(_TREASURY_PROFIT, markets)
        return int(profit)

    async def _rows(self, statement: TextClause, markets: Collection[MarketId], **parameters: Any) -> Sequence[Row]:
        async with session(self._engine) as opened:
            return await opened.rows(statement, markets=list(markets), **parameters)


def _ending(row: Row) -> Ending:
    market_id, status, outcome, yes, no = row
    return Ending(market_id, Status(status), Outcome(outcome) if outcome else None, Pool(yes, no) if yes else None)
