"""A long and valid history: thousands of orders of every kind, carried out by the domain in memory.

The same scale gives the same history. `copy_history` puts it into an empty database with COPY.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from domain.accounts.user import GrantReason, PointGrant, Role, User
from domain.shared.errors import PresageError
from domain.shared.ids import GrantId, MarketId, UserId
from domain.shared.money import POINT
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.cpmm import Outcome
from domain.trading.execution import execute
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market, Status
from domain.trading.orders import AddLiquidity, Order
from domain.trading.position import Position
from domain.trading.scene import Executed, Scene
from domain.trading.settlement import pay_holder, pay_provider, pay_rest, sweep
from entrypoints.bench.wishes import wish

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
CLOSING = BEGINNING + timedelta(days=3650)
BETWEEN_ORDERS = timedelta(milliseconds=1)
TREASURY = UserId(UUID(int=1))
USER_POINTS = 10_000 * POINT
LIQUIDITY = 1_000 * POINT
FEE_BPS, LP_FEE_BPS = 200, 5_000
ENDINGS = (Outcome.YES, Outcome.NO, None)
"""How the first markets of every hundred end: resolved or, for None, cancelled; the others stay open."""

Entries = tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much history: ledger entries before settlement, markets, and users beside the treasury."""

    entries: int
    markets: int = 200
    users: int = 2_000
    seed: int = 1


@dataclass(slots=True)
class History:
    """An exchange in memory; `orders` makes the history, after which every figure stands as it leaves it."""

    scale: Scale
    users: list[UserId] = field(init=False)
    balances: dict[UserId, int] = field(init=False)
    markets: dict[MarketId, Market] = field(init=False)
    books: dict[MarketId, Book] = field(init=False)
    positions: dict[MarketId, dict[UserId, Position]] = field(init=False)
    stakes: dict[MarketId, dict[UserId, Stake]] = field(init=False)
    now: datetime = BEGINNING

    def __post_init__(self) -> None:
        ids = [MarketId(UUID(int=number)) for number in range(1, self.scale.markets + 1)]
        self.users = [UserId(UUID(int=number)) for number in range(2, self.scale.users + 2)]
        self.balances = {grant.user_id: grant.amount for grant in self.grants()}
        self.markets = {id_: Market(id_, Status.ACTIVE, CLOSING, FEE_BPS, LP_FEE_BPS) for id_ in ids}
        self.books = {id_: Book(id_) for id_ in ids}
        self.positions = {id_: {} for id_ in ids}
        self.stakes = {id_: {} for id_ in ids}

    def accounts(self) -> Iterator[User]:
        """The treasury and the users, with their points."""
        yield User(TREASURY, "treasury", Role.TREASURY, self.balances[TREASURY])
        for number, user_id in enumerate(self.users, 1):
            yield User(user_id, f"user-{number}", Role.USER, self.balances[user_id])

    def grants(self) -> Iterator[PointGrant]:
        """The points that everybody began with."""
        issued = self.scale.markets * LIQUIDITY
        yield PointGrant(GrantId(TREASURY), TREASURY, issued, GrantReason.TREASURY_ISSUE, "founding", BEGINNING)
        for user_id in self.users:
            grant_id = GrantId(user_id)
            yield PointGrant(grant_id, user_id, USER_POINTS, GrantReason.REGISTRATION_BONUS, "bonus", BEGINNING)

    def orders(self) -> Iterator[Entries]:
        """Open the markets, trade, and settle some of them: the entries of each order and of each payment.

        Each market's entries come in the order of seq.
        """
        made = 0
        for entries in self._opening():
            made += len(entries)
            yield entries
        chance, markets = Random(self.scale.seed), list(self.markets)
        while made < self.scale.entries:
            entries = self._attempt(chance, chance.choice(markets), chance.choice(self.users), f"order-{made}")
            made += len(entries)
            if entries:
                yield entries
        for number, market_id in enumerate(markets):
            if number % 100 < len(ENDINGS):
                yield from self._settle(market_id, ENDINGS[number % 100])

    def holding(self, market_id: MarketId, user_id: UserId) -> Holding:
        """What a user has that an order on a market may change."""
        position = self.positions[market_id].get(user_id, NO_POSITION)
        return Holding(self.balances[user_id], position, self.stakes[market_id].get(user_id, NO_STAKE))

    def _opening(self) -> Iterator[Entries]:
        for number, market_id in enumerate(self.markets):
            yield self._place(Order(TREASURY, market_id, f"open-{number}", AddLiquidity(LIQUIDITY, 500_000)))

    def _attempt(self, chance: Random, market_id: MarketId, user_id: UserId, key: str) -> Entries:
        """The entries of an order that a user might wish for, or none where it is refused."""
        try:
            instruction = wish(chance, self.holding(market_id, user_id))
            return self._place(Order(user_id, market_id, key, instruction))
        except PresageError:
            return ()

    def _place(self, order: Order) -> Entries:
        self.now += BETWEEN_ORDERS
        market, book = self.markets[order.market_id], self.books[order.market_id]
        return self._keep(execute(market, book, self.holding(order.market_id, order.user_id), order, self.now))

    def _keep(self, executed: Executed) -> Entries:
        market_id, user_id = executed.entry.market_id, executed.entry.user_id
        self.books[market_id] = executed.book
        self.balances[user_id] = executed.holding.balance
        self.positions[market_id][user_id] = executed.holding.position
        if executed.holding.stake is not NO_STAKE:
            self.stakes[market_id][user_id] = executed.holding.stake
        return executed.entries

    def _settle(self, market_id: MarketId, outcome: Outcome | None) -> Iterator[Entries]:
        market = self.markets[market_id]
        self.markets[market_id] = market.resolve(outcome) if outcome else market.cancel()
        positions = sorted(self.positions[market_id].items())
        held = {user_id: position for user_id, position in positions if position.yes or position.no}
        basis_left = sum(position.basis for position in held.values())
        for user_id, position in held.items():
            yield self._keep(pay_holder(self._scene(market_id, user_id), basis_left))
            basis_left -= position.basis
        for user_id in sorted(user for user, stake in self.stakes[market_id].items() if stake.shares):
            yield self._keep(pay_provider(self._scene(market_id, user_id)))
        for pay in (sweep, pay_rest):
            executed = pay(self._scene(market_id, TREASURY))
            if executed is not None:
                yield self._keep(executed)
        self.markets[market_id] = self.markets[market_id].settle()

    def _scene(self, market_id: MarketId, user_id: UserId) -> Scene:
        market, book = self.markets[market_id], self.books[market_id]
        return Scene(market, book, user_id, self.holding(market_id, user_id), self.now)
