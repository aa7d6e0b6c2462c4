"""The ends of some chains, in one statement and so of one moment."""

from itertools import groupby
from operator import itemgetter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import BOOK_COLUMNS, LEDGER_COLUMNS, to_book, to_entry
from adapters.postgres.session import session
from application.trading.check_ledger import Tail

_SAMPLE = f"""
    SELECT {", ".join(f"p.{name}" for name in BOOK_COLUMNS)}, {", ".join(f"l.{name}" for name in LEDGER_COLUMNS)}
    FROM (SELECT * FROM liquidity_pools WHERE seq > 0 ORDER BY random() LIMIT :markets) p
    LEFT JOIN LATERAL (
        SELECT * FROM trade_ledger WHERE market_id = p.market_id ORDER BY seq DESC LIMIT :entries
    ) l ON true
    ORDER BY p.market_id, l.seq
"""


class PostgresTails:
    """Implements the Tails port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def sample(self, markets: int, entries: int) -> list[Tail]:
        """Those of some markets that have any, chosen at random. Raises StoreBusy."""
        async with session(self._engine) as opened:
            rows = await opened.rows(text(_SAMPLE), markets=markets, entries=entries)
        split, of_market = len(BOOK_COLUMNS), itemgetter(0)
        chains = [list(chain) for _, chain in groupby(rows, of_market)]
        return [
            Tail(to_book(chain[0][:split]), [to_entry(row[split:]) for row in chain if row[split] is not None])
            for chain in chains
        ]
