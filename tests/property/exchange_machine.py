"""A whole exchange at random: trading, the life of its markets, and their settlement in any order of holders."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.shared.errors import PresageError
from domain.trading.cpmm import Outcome
from domain.trading.market import Market, Status
from domain.trading.orders import AddLiquidity
from tests.property.history_checks import every_entry_can_be_made_again
from tests.property.trading_machine import Terms, TradingMachine, picks, slots, statuses, terms
from tests.unit.domain.exchange import TREASURY, Exchange

LEAST_HISTORY = 6
"""Entries that a market has before it may be ended, so that there is something to settle."""

LONGEST_SETTLEMENT = 20
"""More payments than four users and the treasury can need."""


class ExchangeMachine(TradingMachine):
    """Each market that has been settled makes room for another; at the end all of them are."""

    final_checks: ClassVar[Sequence[Callable[[Exchange], None]]] = (every_entry_can_be_made_again,)

    def market(self, slot: int) -> Market:
        return self.exchange.markets[self.slots[slot]]

    def ended_slots(self) -> list[int]:
        return [slot for slot in (0, 1) if self.slots and self.market(slot).status.ended]

    def drafts(self) -> list[Market]:
        return [market for market in self.exchange.markets.values() if market.status is Status.DRAFT]

    @rule(hours=st.integers(1, 4))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(slot=slots, change=st.sampled_from(["pause", "resume", "resume", "resume", "close"]))
    def change(self, slot: int, change: str) -> None:
        market = self.market(slot)
        moment = [self.now] if change == "close" else []
        try:
            self.exchange.markets[market.id] = getattr(market, change)(*moment)
        except PresageError as refusal:
            if refusal.code != "MARKET_STATUS":
                raise
        else:
            self.seen[change] += 1

    @precondition(lambda self: self.drafts())
    @rule()
    def approve(self) -> None:
        for market in self.drafts():
            try:
                self.exchange.markets[market.id] = market.approve(self.now)
            except PresageError as refusal:
                if refusal.code != "MARKET_CLOSED":
                    raise
            else:
                self.seen["approve"] += 1

    @rule(slot=slots, outcome=st.sampled_from([Outcome.YES, Outcome.NO, None]))
    def end(self, slot: int, outcome: Outcome | None) -> None:
        if len(self.exchange.entries[self.slots[slot]]) >= LEAST_HISTORY and not self.market(slot).status.ended:
            self.end_now(slot, outcome)

    def end_now(self, slot: int, outcome: Outcome | None) -> None:
        market = self.market(slot)
        cancels = outcome is None or market.status is Status.DRAFT
        ended = market.cancel() if cancels else market.resolve(outcome or Outcome.YES)
        self.exchange.markets[market.id] = ended
        self.seen[f"{ended.status} {ended.outcome}"] += 1

    @precondition(lambda self: self.ended_slots())
    @rule(picks=st.lists(picks, min_size=3, max_size=20), terms=terms, status=statuses, amount=st.integers(100, 10**6))
    def settle(self, picks: list[int], terms: Terms, status: Status, amount: int) -> None:
        slot = self.ended_slots()[0]
        for pick in picks:
            if not self.market(slot).settled:
                self.settle_step(slot, pick)
        if self.market(slot).settled:
            self.slots[slot] = self.new_market(terms, status)
            self.place(TREASURY, slot, AddLiquidity(self.size(amount), terms.probability))
            self.seen["another market"] += 1

    def settle_step(self, slot: int, pick: int) -> None:
        entries = self.exchange.entries[self.slots[slot]]
        length = len(entries)
        self.exchange.settle_next(self.slots[slot], pick, self.now)
        self.seen.update(f"{entry.action} of {self.market(slot).status}" for entry in entries[length:])
        self.everything_holds()

    def teardown(self) -> None:
        """Whatever has happened: every market can be settled to the last µP, and then users hold all the points."""
        if self.sound:
            self.settle_everything()
            for check in self.final_checks:
                check(self.exchange)
            assert sum(self.exchange.balances.values()) == sum(grant.amount for grant in self.exchange.grants)

    def settle_everything(self) -> None:
        for slot in range(len(self.slots)):
            if not self.market(slot).status.ended:
                self.end_now(slot, (Outcome.YES, Outcome.NO, None)[len(self.exchange.entries[self.slots[slot]]) % 3])
            for pick in range(LONGEST_SETTLEMENT):
                if not self.market(slot).settled:
                    self.settle_step(slot, pick)
            assert self.market(slot).settled, "a settlement without end"
