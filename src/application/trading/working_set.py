"""The part of the books that one transaction has locked, and how executed orders change it."""

from collections.abc import Collection, Iterable, Mapping

from application.trading.ports import Books, Changes, HolderKey
from domain.accounts.user import User
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.position import Position
from domain.trading.scene import Executed


class WorkingSet:
    """Locked markets, users and their holdings; `changes` gathers what is to be written."""

    def __init__(
        self,
        markets: Mapping[MarketId, tuple[Market, Book]],
        users: Mapping[UserId, User],
        holdings: Mapping[HolderKey, tuple[Position, Stake]],
    ) -> None:
        self._markets = markets
        self._users = users
        self._holdings = holdings
        self.changes = Changes()

    def market(self, market_id: MarketId) -> Market:
        """A market's terms. Raises NotFound."""
        return self._market(market_id)[0]

    def book(self, market_id: MarketId) -> Book:
        """A market's book as it now stands. Raises NotFound."""
        return self.changes.books.get(market_id) or self._market(market_id)[1]

    def user(self, user_id: UserId) -> User:
        """A user, with the balance as it stood when locked. Raises NotFound."""
        try:
            return self._users[user_id]
        except KeyError:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id)) from None

    def holding(self, market_id: MarketId, user_id: UserId) -> Holding:
        """What a user has that an order on this market may change, as it now stands. Raises NotFound."""
        changes, key = self.changes, (market_id, user_id)
        balance = changes.balances.get(user_id)
        if balance is None:
            balance = self.user(user_id).balance
        position, stake = self._holdings.get(key, _NOTHING)
        return Holding(balance, changes.positions.get(key, position), changes.stakes.get(key, stake))

    def apply(self, executed: Executed) -> None:
        """Take over what an order changed."""
        changes, entry, holding = self.changes, executed.entry, executed.holding
        key = entry.market_id, entry.user_id
        changes.books[entry.market_id] = executed.book
        changes.balances[entry.user_id] = holding.balance
        changes.positions[key] = holding.position
        if holding.stake is not self._holdings.get(key, _NOTHING)[1]:
            changes.stakes[key] = holding.stake
        changes.entries.extend(executed.entries)

    def _market(self, market_id: MarketId) -> tuple[Market, Book]:
        try:
            return self._markets[market_id]
        except KeyError:
            raise NotFound(
                "MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id)
            ) from None


_NOTHING = (NO_POSITION, NO_STAKE)


async def lock(books: Books, keys: Iterable[HolderKey]) -> WorkingSet:
    """Lock the markets, then the users, of some holdings, and read what they hold."""
    wanted: Collection[HolderKey] = set(keys)
    markets = await books.lock_markets({market_id for market_id, _ in wanted})
    users = await books.lock_users({user_id for _, user_id in wanted})
    return WorkingSet(markets, users, await books.holdings(wanted))


async def lock_market(books: Books, market_id: MarketId) -> tuple[Market, Book]:
    """Lock one market. Raises NotFound."""
    working = WorkingSet(await books.lock_markets([market_id]), {}, {})
    return working.market(market_id), working.book(market_id)
