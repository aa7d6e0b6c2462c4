"""Accounts for statements in PostgreSQL."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Uuid, bindparam, text

from adapters.postgres.reporting.markets import PAGE, SETTLING, listed
from adapters.postgres.rows import LEDGER_COLUMNS, MARKET_COLUMNS, USER_COLUMNS, Row, to_entry, to_market, to_user
from adapters.postgres.session import Session
from application.reports.ports import AccountFacts, Mark, Movement
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Pool

_ACCOUNT = text(f"""
    SELECT {", ".join(USER_COLUMNS)}, (SELECT count(*) FROM trade_ledger WHERE user_id = :user)
           + (SELECT count(*) FROM point_grants WHERE user_id = :user)
    FROM users WHERE id = :user
""")

_OF_GRANT = {"user_id": "user_id", "action": "reason", "amount_out": "amount", "key": "reference"}
"""Where a grant finds room in the columns of the ledger."""

# The clocks of the processes that write may differ; within a market seq knows better.
_MOVEMENTS = text(f"""
    SELECT max(executed_at) OVER (PARTITION BY market_id ORDER BY seq) AS at, NULL AS grant_id,
           {", ".join(LEDGER_COLUMNS)}
    FROM trade_ledger WHERE user_id = :user
    UNION ALL
    SELECT granted_at, id, {", ".join(_OF_GRANT.get(name, "NULL") for name in LEDGER_COLUMNS)}
    FROM point_grants WHERE user_id = :user
    ORDER BY at, market_id NULLS FIRST, seq, grant_id
""")

# From the newest entry of a market back to the last one before the time.
_MARKS = text(f"""
    SELECT {", ".join(f"m.{name}" for name in MARKET_COLUMNS)}, m.title, l.pool_yes_after, l.pool_no_after,
           p.lp_supply - s.later, m.status IN ('RESOLVED', 'CANCELLED')
               AND (l.action IN ({listed(SETTLING)}) OR s.entries = 0)
    FROM markets m
    JOIN liquidity_pools p ON p.market_id = m.id
    LEFT JOIN LATERAL (
        SELECT seq, action, pool_yes_after, pool_no_after FROM trade_ledger
        WHERE market_id = m.id AND executed_at < :at ORDER BY seq DESC LIMIT 1
    ) l ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(lp_after - lp_before), 0) AS later, count(*) AS entries FROM trade_ledger
        WHERE market_id = m.id AND seq > coalesce(l.seq, 0)
    ) s
    WHERE m.id = ANY(:markets)
""").bindparams(bindparam("markets", type_=ARRAY(Uuid)))


class AccountReading:
    """The part of a snapshot that statements need."""

    def __init__(self, opened: Session) -> None:
        self._session = opened

    async def account(self, user_id: UserId) -> AccountFacts:
        """One account. Raises NotFound."""
        row = await self._session.row(_ACCOUNT, user=user_id)
        if row is None:
            raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
        return AccountFacts(to_user(row[:-1]), row[-1])

    async def movements(self, user_id: UserId) -> AsyncIterator[Sequence[Movement]]:
        """All that ever moved a user's points or shares, in the order of time, in pages."""
        async for rows in self._session.stream(_MOVEMENTS, PAGE, user=user_id):
            yield [_movement(row) for row in rows]

    async def marks(self, markets: Collection[MarketId], at: datetime) -> Mapping[MarketId, Mark]:
        """Markets as they stood just before a time."""
        rows = await self._session.rows(_MARKS, markets=list(markets), at=at)
        return {row[0]: _mark(row) for row in rows}


def _movement(row: Row) -> Movement:
    at, grant_id, *columns = row
    if grant_id is None:
        return Movement(at, to_entry(columns))
    user_id, reason, amount, reference = (columns[LEDGER_COLUMNS.index(name)] for name in _OF_GRANT)
    return Movement(at, PointGrant(grant_id, user_id, amount, GrantReason(reason), reference, at))


def _mark(row: Row) -> Mark:
    market, (title, yes, no, supply, ended) = to_market(row[: len(MARKET_COLUMNS)]), row[len(MARKET_COLUMNS) :]
    return Mark(market, title, Pool(yes, no) if yes else None, int(supply), ended)
