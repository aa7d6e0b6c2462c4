"""Everything that is read in PostgreSQL."""

from adapters.postgres.reading.candles import PostgresCandles
from adapters.postgres.reading.grants import PostgresGrants
from adapters.postgres.reading.holdings import PostgresHoldings
from adapters.postgres.reading.leaderboard import PostgresLeaderboard
from adapters.postgres.reading.markets import PostgresMarketList
from adapters.postgres.reading.portfolios import PostgresPortfolios
from adapters.postgres.reading.trades import PostgresTradeHistory


class PostgresQueries(
    PostgresMarketList,
    PostgresTradeHistory,
    PostgresCandles,
    PostgresHoldings,
    PostgresPortfolios,
    PostgresLeaderboard,
    PostgresGrants,
):
    """Implements the ExchangeQueries and GrantQueries ports."""
