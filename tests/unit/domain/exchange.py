"""A small exchange in memory. Only the domain changes it, and every figure lies open to the tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.accounts.user import GrantReason, PointGrant
from domain.shared.ids import GrantId, MarketId, UserId
from domain.trading import book, execution, settlement
from domain.trading.book import NO_POSITION, NO_STAKE, Book, Holding
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.market import Market, Status
from domain.trading.orders import Instruction, Order
from domain.trading.position import Position
from domain.trading.scene import Executed, Scene

POINT = 1_000_000
OPENED = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOSES = OPENED + timedelta(days=30)

ALICE, BOB, CAROL, DAVE, TREASURY = (UserId(UUID(int=number)) for number in range(1, 6))
MARKET = MarketId(UUID(int=1_000))


@dataclass(frozen=True, slots=True)
class Rules:
    """The functions of the domain that move points and shares, so that a test can put a faulty one in place."""

    execute: Callable[[Market, Book, Holding, Order, datetime], Executed] = execution.execute
    post: Callable[[Book, Holding, LedgerEntry], tuple[Book, Holding]] = book.post
    pay_holder: Callable[[Scene, int], Executed] = settlement.pay_holder
    pay_provider: Callable[[Scene], Executed] = settlement.pay_provider


@dataclass(slots=True)
class Exchange:
    """Every account, market, holding and ledger entry."""

    rules: Rules = Rules()
    grants: list[PointGrant] = field(default_factory=list)
    balances: dict[UserId, int] = field(default_factory=dict)
    markets: dict[MarketId, Market] = field(default_factory=dict)
    books: dict[MarketId, Book] = field(default_factory=dict)
    positions: dict[tuple[MarketId, UserId], Position] = field(default_factory=dict)
    stakes: dict[tuple[MarketId, UserId], Stake] = field(default_factory=dict)
    entries: dict[MarketId, list[LedgerEntry]] = field(default_factory=dict)

    def grant(self, user_id: UserId, amount: int) -> None:
        number = len(self.grants)
        grant = PointGrant(
            GrantId(UUID(int=number)), user_id, amount, GrantReason.ADMIN_GRANT, f"grant {number}", OPENED
        )
        self.balances[user_id] = grant.credited_to(self.balances.get(user_id, 0))
        self.grants.append(grant)

    def open(self, market: Market) -> None:
        self.markets[market.id] = market
        self.books[market.id] = Book(market.id)
        self.entries[market.id] = []

    def holding(self, market_id: MarketId, user_id: UserId) -> Holding:
        where = market_id, user_id
        return Holding(
            self.balances.get(user_id, 0), self.positions.get(where, NO_POSITION), self.stakes.get(where, NO_STAKE)
        )

    def holders(self, market_id: MarketId) -> list[UserId]:
        """Who has shares of either outcome."""
        return [user for (market, user), held in self.positions.items() if market == market_id and held.yes + held.no]

    def providers(self, market_id: MarketId) -> list[UserId]:
        """Who has LP shares."""
        return [user for (market, user), stake in self.stakes.items() if market == market_id and stake.shares]

    def place(
        self,
        user_id: UserId,
        instruction: Instruction,
        market_id: MarketId = MARKET,
        now: datetime = OPENED,
        expires_at: datetime | None = None,
    ) -> Executed:
        """Execute an order and keep what comes of it; a refusal leaves everything as it was."""
        order = Order(user_id, market_id, f"order {len(self.entries[market_id])}", instruction, expires_at)
        executed = self.rules.execute(
            self.markets[market_id], self.books[market_id], self.holding(market_id, user_id), order, now
        )
        self.keep(user_id, executed)
        return executed

    def keep(self, user_id: UserId, executed: Executed) -> None:
        """Post the entries one by one."""
        market_id = executed.entry.market_id
        ledger, holding = self.books[market_id], self.holding(market_id, user_id)
        for entry in executed.entries:
            ledger, holding = self.rules.post(ledger, holding, entry)
        self.books[market_id] = ledger
        self.balances[user_id] = holding.balance
        self.positions[market_id, user_id] = holding.position
        self.stakes[market_id, user_id] = holding.stake
        self.entries[market_id].extend(executed.entries)

    def scene(self, market_id: MarketId, user_id: UserId, now: datetime = OPENED) -> Scene:
        return Scene(self.markets[market_id], self.books[market_id], user_id, self.holding(market_id, user_id), now)

    def settle_next(self, market_id: MarketId, pick: int = 0, now: datetime = CLOSES) -> None:
        """One payment of an ended market: a holder, else a provider, else the treasury; else mark it settled."""
        if holders := self.holders(market_id):
            user = holders[pick % len(holders)]
            basis_left = sum(self.positions[market_id, holder].basis for holder in holders)
            self.keep(user, self.rules.pay_holder(self.scene(market_id, user, now), basis_left))
        elif providers := self.providers(market_id):
            user = providers[pick % len(providers)]
            self.keep(user, self.rules.pay_provider(self.scene(market_id, user, now)))
        elif swept := settlement.sweep(self.scene(market_id, TREASURY, now)):
            self.keep(TREASURY, swept)
        elif rest := settlement.pay_rest(self.scene(market_id, TREASURY, now)):
            self.keep(TREASURY, rest)
        else:
            self.markets[market_id] = self.markets[market_id].settle()

    def settle(self, market_id: MarketId = MARKET) -> None:
        while not self.markets[market_id].settled:
            self.settle_next(market_id)


def a_market(
    fee_bps: int = 0, lp_fee_bps: int = 0, status: Status = Status.ACTIVE, market_id: MarketId = MARKET
) -> Market:
    return Market(market_id, status, CLOSES, fee_bps, lp_fee_bps)


def an_exchange(fee_bps: int = 0, lp_fee_bps: int = 0, points: int = 10_000) -> Exchange:
    """One active market without a pool, and four users with `points` points each."""
    exchange = Exchange()
    for user in (ALICE, BOB, CAROL, DAVE):
        exchange.grant(user, points * POINT)
    exchange.balances[TREASURY] = 0
    exchange.open(a_market(fee_bps, lp_fee_bps))
    return exchange
