"""Markets traded at random: every kind of order, with every check after each step."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.shared.errors import PresageError
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.market import Market, Status
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Instruction,
    Merge,
    Mint,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.property.history_checks import HISTORY_CHECKS
from tests.property.ledger_checks import STATE_CHECKS
from tests.unit.domain.exchange import ALICE, BOB, CAROL, OPENED, TREASURY, Exchange, Rules

REFUSALS = {
    "INSUFFICIENT_LP_SHARES",
    "INSUFFICIENT_POINTS",
    "INSUFFICIENT_SHARES",
    "LIQUIDITY_TOO_SMALL",
    "MARKET_CANCELLED",
    "MARKET_CLOSED",
    "MARKET_NOT_OPEN",
    "MARKET_PAUSED",
    "MARKET_RESOLVED",
    "NOTHING_HELD",
    "NOTHING_TO_CLAIM",
    "POOL_EMPTY",
    "POOL_TOO_SMALL",
    "PROBABILITY_MISSING",
    "PROCEEDS_ZERO",
}
"""How an order may end here, and not otherwise."""

SCALES = [0, 10**7]
"""Amounts stand as they are drawn, up to 10^9, or reach 10^16 so that reserves reach 10^17."""


class Terms(NamedTuple):
    """How a market is opened, the probability of YES in millionths."""

    fee_bps: int
    lp_fee_bps: int
    probability: int


users = st.sampled_from([ALICE, BOB, CAROL, TREASURY])
slots = st.integers(0, 1)
picks = st.integers(0, 9)
outcomes = st.sampled_from(Outcome)
amounts = st.one_of(st.integers(1, 60), st.integers(1, 5_000), st.integers(1, 10**9))
probabilities = st.integers(10_000, 990_000)
thousandths = st.one_of(st.just(1_000), st.integers(1, 1_010))
"""A part of what one holds: 1,000 is all of it, and 1,010 a little too much."""
terms = st.builds(
    Terms, st.sampled_from([0, 30, 200, 1_000]), st.sampled_from([0, 3_333, 5_000, 10_000]), probabilities
)

statuses = st.sampled_from([Status.ACTIVE, Status.ACTIVE, Status.DRAFT])


class TradingMachine(RuleBasedStateMachine):
    """Two markets at a time, and four users of whom the treasury is one."""

    under_test: ClassVar[Rules] = Rules()
    checks: ClassVar[Sequence[Callable[[Exchange], None]]] = (*STATE_CHECKS, *HISTORY_CHECKS)
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange(self.under_test)
        self.now = OPENED
        self.slots: list[MarketId] = []
        self.scale = 0
        self.sound = True

    @initialize(
        first=terms, second=terms, status=statuses, points=st.integers(10**4, 9 * 10**9), scale=st.sampled_from(SCALES)
    )
    def begin(self, first: Terms, second: Terms, status: Status, points: int, scale: int) -> None:
        self.scale = scale
        for user in (ALICE, BOB, CAROL, TREASURY):
            self.exchange.grant(user, self.size(points))
        self.slots = [self.new_market(first), self.new_market(second, status)]
        self.place(TREASURY, 0, AddLiquidity(self.size(points) // 3, first.probability))
        self.place(TREASURY, 1, AddLiquidity(self.size(points) // 3, second.probability))

    def size(self, amount: int) -> int:
        return amount * self.scale + amount

    def new_market(self, terms: Terms, status: Status = Status.ACTIVE) -> MarketId:
        market_id = MarketId(UUID(int=1_000 + len(self.exchange.markets)))
        closes_at = self.now + timedelta(days=2)
        self.exchange.open(Market(market_id, status, closes_at, terms.fee_bps, terms.lp_fee_bps))
        return market_id

    def place(self, user: UserId, slot: int, instruction: Instruction) -> None:
        market_id = self.slots[slot]
        before = repr((self.exchange.books[market_id], self.exchange.holding(market_id, user)))
        try:
            executed = self.exchange.place(user, instruction, market_id, self.now)
        except PresageError as refusal:
            if refusal.code not in REFUSALS:
                raise
            self.sound = repr((self.exchange.books[market_id], self.exchange.holding(market_id, user))) == before
            assert self.sound, "a refusal left something behind"
            self.seen[refusal.code] += 1
        else:
            self.seen[type(instruction).__name__] += 1
            self.seen.update(entry.action for entry in executed.entries)

    def holder(self, slot: int, pick: int) -> UserId:
        """Somebody who has shares, if anybody has."""
        holders = self.exchange.holders(self.slots[slot]) or [ALICE]
        return holders[pick % len(holders)]

    def provider(self, slot: int, pick: int) -> UserId:
        """Somebody who has LP shares, if anybody has."""
        providers = self.exchange.providers(self.slots[slot]) or [ALICE]
        return providers[pick % len(providers)]

    @rule(user=users, amount=amounts)
    def grant(self, user: UserId, amount: int) -> None:
        self.exchange.grant(user, self.size(amount))

    @rule(user=users, slot=slots, outcome=outcomes, amount=amounts)
    def buy(self, user: UserId, slot: int, outcome: Outcome, amount: int) -> None:
        self.place(user, slot, Buy(outcome, self.size(amount)))

    @rule(user=users, slot=slots, outcome=outcomes, shares=amounts)
    def buy_shares(self, user: UserId, slot: int, outcome: Outcome, shares: int) -> None:
        self.place(user, slot, BuyShares(outcome, self.size(shares)))

    @rule(pick=picks, slot=slots, part=thousandths)
    def sell(self, pick: int, slot: int, part: int) -> None:
        user = self.holder(slot, pick)
        position = self.exchange.holding(self.slots[slot], user).position
        outcome = Outcome.YES if position.yes > position.no else Outcome.NO
        self.place(user, slot, Sell(outcome, max(1, position.shares(outcome) * part // 1_000)))

    @rule(pick=picks, slot=slots, outcome=outcomes, amount=amounts)
    def sell_for(self, pick: int, slot: int, outcome: Outcome, amount: int) -> None:
        self.place(self.holder(slot, pick), slot, SellFor(outcome, self.size(amount)))

    @rule(user=users, slot=slots, amount=amounts)
    def mint(self, user: UserId, slot: int, amount: int) -> None:
        self.place(user, slot, Mint(self.size(amount)))

    @rule(pick=picks, slot=slots, part=thousandths)
    def merge(self, pick: int, slot: int, part: int) -> None:
        user = self.holder(slot, pick)
        position = self.exchange.holding(self.slots[slot], user).position
        self.place(user, slot, Merge(max(1, min(position.yes, position.no) * part // 1_000)))

    @rule(pick=picks, slot=slots)
    def close_out(self, pick: int, slot: int) -> None:
        self.place(self.holder(slot, pick), slot, CloseOut())

    @rule(user=users, slot=slots, amount=amounts, probability=st.one_of(st.none(), probabilities))
    def add_liquidity(self, user: UserId, slot: int, amount: int, probability: int | None) -> None:
        self.place(user, slot, AddLiquidity(self.size(amount), probability))

    @rule(pick=picks, slot=slots, part=thousandths)
    def remove_liquidity(self, pick: int, slot: int, part: int) -> None:
        user = self.provider(slot, pick)
        shares = self.exchange.holding(self.slots[slot], user).stake.shares
        self.place(user, slot, RemoveLiquidity(max(1, shares * part // 1_000)))

    @rule(pick=picks, slot=slots)
    def claim_fees(self, pick: int, slot: int) -> None:
        self.place(self.provider(slot, pick), slot, ClaimFees())

    @invariant()
    def everything_holds(self) -> None:
        self.sound = False
        for check in self.checks:
            check(self.exchange)
        self.sound = True
