"""Everything that can be read of the exchange."""

from typing import Protocol

from application.trading.queries import TradingQueries
from application.trading.reading.candles import Candles
from application.trading.reading.holdings import Holdings
from application.trading.reading.leaderboard import Leaderboard
from application.trading.reading.markets import MarketList
from application.trading.reading.portfolios import Portfolios
from application.trading.reading.trades import TradeHistory


class ExchangeQueries(TradingQueries, MarketList, TradeHistory, Candles, Holdings, Portfolios, Leaderboard, Protocol):
    """Read access to markets, prices, trades, holdings and the ranking."""
