"""The part of the books that one transaction has locked, and how executed orders change it."""

from collections.abc import Collection, Iterable, Mapping

from application.trading.ports import Books, Changes, HolderKey
from domain.accounts.user import User
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.position import Position
from domain.trading.scene import Executed

_NOTHING = (NO_POSITION, NO_STAKE)


class WorkingSet:
    """Locked markets and users as orders change them, one after the other; `changes` is what is to be written."""

    def __init__(
        self,
        markets: Mapping[MarketId, tuple[Market, Book]],
        users: Mapping[UserId, User],
        holdings: Mapping[HolderKey, tuple[Position, Stake]],
    ) -> None:
        self._markets = {market_id: OpenMarket(market, book) for market_id, (market, book) in markets.items()}
        self._users = {user_id: OpenAccount(user) for user_id, user in users.items()}
        self._entries: list[LedgerEntry] = []
        for (market_id, user_id), held in holdings.items():
            self._markets[market_id].held[user_id] = held

    def market(self, market_id: MarketId) -> Market:
        """A market's terms. Raises NotFound."""
        return self.open_market(market_id).market

    def book(self, market_id: MarketId) -> Book:
        """A market's book as it now stands. Raises NotFound."""
        return self.open_market(market_id).book

    def holding(self, market_id: MarketId, user_id: UserId) -> Holding:
        """What a user has that an order on this market may change, as it now stands. Raises NotFound."""
        return self.open_market(market_id).holding(self.account(user_id))

    def apply(self, executed: Executed) -> None:
        """Take over what an order changed."""
        entry = executed.entry
        self.take(executed, self.open_market(entry.market_id), self.account(entry.user_id))

    def take(self, executed: Executed, market: "OpenMarket", account: "OpenAccount") -> None:
        """Take over what an order of this account changed on this market."""
        market.book = executed.book
        market.changed[account.user.id] = executed.holding
        account.balance = executed.holding.balance
        self._entries.extend(executed.entries)

    @property
    def changes(self) -> Changes:
        """Everything that differs from what was locked."""
        changes = Changes(entries=self._entries)
        for market_id, market in self._markets.items():
            if market.changed:
                changes.books[market_id] = market.book
            for user_id, holding in market.changed.items():
                key = market_id, user_id
                changes.balances[user_id] = self._users[user_id].balance
                changes.positions[key] = holding.position
                if holding.stake is not market.held.get(user_id, _NOTHING)[1]:
                    changes.stakes[key] = holding.stake
        return changes

    def open_market(self, market_id: MarketId) -> "OpenMarket":
        """A locked market. Raises NotFound."""
        try:
            return self._markets[market_id]
        except KeyError:
            raise NotFound(
                "MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id)
            ) from None

    def account(self, user_id: UserId) -> "OpenAccount":
        """A locked user. Raises NotFound."""
        try:
            return self._users[user_id]
        except KeyError:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id)) from None


class OpenMarket:
    """A locked market: what its users held, and what they hold where that has changed."""

    __slots__ = ("book", "changed", "held", "market")

    def __init__(self, market: Market, book: Book) -> None:
        self.market = market
        self.book = book
        self.held: dict[UserId, tuple[Position, Stake]] = {}
        self.changed: dict[UserId, Holding] = {}

    def holding(self, account: "OpenAccount") -> Holding:
        """What a user has that an order on this market may change, as it now stands."""
        user_id, balance = account.user.id, account.balance
        changed = self.changed.get(user_id)
        if changed is None:
            return Holding(balance, *self.held.get(user_id, _NOTHING))
        return changed if changed.balance == balance else Holding(balance, changed.position, changed.stake)


class OpenAccount:
    """A locked user and his balance as it now stands."""

    __slots__ = ("balance", "user")

    def __init__(self, user: User) -> None:
        self.user = user
        self.balance = user.balance


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
