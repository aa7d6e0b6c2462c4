"""The part of the books that one transaction has locked, and how executed orders change it."""

from collections.abc import Collection, Iterable, Mapping

from application.trading.ports import Books, Changes, FirstAnswer, HolderKey
from domain.accounts.user import User
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.position import Position
from domain.trading.scene import Executed


class WorkingSet:
    """Locked markets and users as orders change them, one after the other; `changes` is what is to be written."""

    def __init__(self, markets: Mapping[MarketId, tuple[Market, Book]], users: Mapping[UserId, User]) -> None:
        self._markets = {market_id: OpenMarket(market, book) for market_id, (market, book) in markets.items()}
        self._accounts = {user_id: OpenAccount(user) for user_id, user in users.items()}
        self._entries: list[LedgerEntry] = []

    def market(self, market_id: MarketId) -> Market:
        """A market's terms. Raises NotFound."""
        return self.open_market(market_id).market

    def book(self, market_id: MarketId) -> Book:
        """A market's book as it now stands. Raises NotFound."""
        return self.open_market(market_id).book

    def holding(self, market_id: MarketId, user_id: UserId) -> Holding:
        """What a user has that an order on this market may change, as it now stands. Raises NotFound."""
        return self.open_market(market_id).holding(self.account(user_id))

    def hold(self, market_id: MarketId, user_id: UserId, position: Position, stake: Stake) -> None:
        """Take over what the books say that a locked user holds in a locked market."""
        self._markets[market_id].held[self._accounts[user_id]] = position, stake

    def apply(self, executed: Executed) -> None:
        """Take over what an order changed."""
        entry = executed.entry
        self.take(executed, self.open_market(entry.market_id), self.account(entry.user_id))

    def take(self, executed: Executed, market: "OpenMarket", account: "OpenAccount") -> None:
        """Take over what an order of this account changed on this market."""
        holding = executed.holding
        market.book = executed.book
        market.changed[account] = holding
        account.balance = holding.balance
        self._entries.extend(executed.entries)

    @property
    def changes(self) -> Changes:
        """Everything that differs from what was locked."""
        changes = Changes(entries=self._entries)
        for market_id, market in self._markets.items():
            if market.changed:
                changes.books[market_id] = market.book
            for account, holding in market.changed.items():
                user_id = account.user.id
                changes.balances[user_id] = account.balance
                changes.positions[market_id, user_id] = holding.position
                if holding.stake is not market.held.get(account, _NOTHING)[1]:
                    changes.stakes[market_id, user_id] = holding.stake
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
            return self._accounts[user_id]
        except KeyError:
            raise NotFound("USER_NOT_FOUND", "Sign up first.", user_id=str(user_id)) from None


class OpenAccount:
    """A locked user, his balance as it now stands, and the answers to his keys in this transaction."""

    __slots__ = ("answers", "balance", "user")

    def __init__(self, user: User) -> None:
        self.user = user
        self.balance = user.balance
        self.answers: dict[str, FirstAnswer] = {}


class OpenMarket:
    """A locked market: what its users held, and what they hold where that has changed."""

    __slots__ = ("book", "changed", "held", "market")

    def __init__(self, market: Market, book: Book) -> None:
        self.market = market
        self.book = book
        self.held: dict[OpenAccount, tuple[Position, Stake]] = {}
        self.changed: dict[OpenAccount, Holding] = {}

    def holding(self, account: OpenAccount) -> Holding:
        """What a user has that an order on this market may change, as it now stands."""
        balance = account.balance
        changed = self.changed.get(account)
        if changed is None:
            return Holding(balance, *self.held.get(account, _NOTHING))
        return changed if changed.balance == balance else Holding(balance, changed.position, changed.stake)


_NOTHING = (NO_POSITION, NO_STAKE)


async def lock(books: Books, keys: Iterable[HolderKey]) -> WorkingSet:
    """Lock the markets, then the users, of some holdings, and read what they hold."""
    wanted: Collection[HolderKey] = set(keys)
    working = await lock_rows(books, {market_id for market_id, _ in wanted}, {user_id for _, user_id in wanted})
    for key, held in (await books.holdings(wanted)).items():
        working.hold(*key, *held)
    return working


async def lock_rows(books: Books, market_ids: Collection[MarketId], user_ids: Collection[UserId]) -> WorkingSet:
    """Lock markets, then users, that are not yet known to hold anything."""
    markets = await books.lock_markets(market_ids)
    return WorkingSet(markets, await books.lock_users(user_ids))


async def lock_market(books: Books, market_id: MarketId) -> tuple[Market, Book]:
    """Lock one market. Raises NotFound."""
    working = WorkingSet(await books.lock_markets([market_id]), {})
    return working.market(market_id), working.book(market_id)
