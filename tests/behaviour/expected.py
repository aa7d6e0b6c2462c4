"""What the pure domain makes of orders on a world as it stands."""

from collections.abc import Collection

from domain.shared.ids import MarketId, UserId
from tests.behaviour.world import World
from tests.fakes.sequential import Sequential


async def sequential(world: World, markets: Collection[MarketId], users: Collection[UserId]) -> Sequential:
    """The same markets, users and holdings, without a store."""
    domain = Sequential()
    for market_id in markets:
        view = await world.queries.market(market_id)
        domain.markets[market_id], domain.books[market_id] = view.market, view.book
    for user_id in users:
        portfolio = await world.queries.portfolio(user_id)
        domain.balances[user_id] = portfolio.balance
        for line in portfolio.lines:
            key = line.view.market.id, user_id
            domain.positions[key], domain.stakes[key] = line.position, line.stake
    return domain
