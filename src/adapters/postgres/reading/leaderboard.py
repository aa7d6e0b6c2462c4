"""The ranking in PostgreSQL: every page sums up all positions once."""

from sqlalchemy import text

from adapters.postgres.reading.reader import Reader
from adapters.postgres.rows import Row
from application.shared.pages import Page, one_more, page_of
from application.trading.reading.leaderboard import Rank, RankCursor
from domain.accounts.user import Role

_RANKS = """
    WITH results AS (
        SELECT user_id, sum(realised) AS profit, count(*) AS markets FROM portfolios GROUP BY user_id
    ), ranks AS (
        SELECT rank() OVER (ORDER BY r.profit DESC) AS place, u.id, u.handle, r.profit, r.markets
        FROM results r JOIN users u ON u.id = r.user_id
        WHERE u.active AND u.role <> '{treasury}'
    )
    SELECT place, id, handle, profit, markets FROM ranks {after} ORDER BY profit DESC, id LIMIT :limit
"""
_FIRST = text(_RANKS.format(treasury=Role.TREASURY, after=""))
_AFTER = text(
    _RANKS.format(
        treasury=Role.TREASURY,
        after="WHERE profit < CAST(:profit AS numeric) OR (profit = CAST(:profit AS numeric) AND id > :user_id)",
    )
)


class PostgresLeaderboard(Reader):
    """Implements the Leaderboard port."""

    async def ranks(self, limit: int, after: RankCursor | None = None) -> Page[Rank, RankCursor]:
        """Active users who ever traded, the greatest profit first, equals in the order of ids. Raises Invalid."""
        more = one_more(limit)
        if after is None:
            rows = await self._rows(_FIRST, limit=more)
        else:
            rows = await self._rows(_AFTER, limit=more, profit=after.profit, user_id=after.user_id)
        return page_of([_rank(row) for row in rows], limit, lambda rank: RankCursor(rank.profit, rank.user_id))


def _rank(row: Row) -> Rank:
    place, user_id, handle, profit, markets = row
    return Rank(place, user_id, handle, int(profit), markets)
