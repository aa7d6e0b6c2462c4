"""One walk through everything a user ever did: what was before a period, in it, and after it."""

from collections.abc import Collection
from dataclasses import dataclass

from application.reports.course import Course, Track
from application.reports.passbook import Passbook
from application.reports.ports import Movement
from application.reports.request import Period
from application.reports.user_statement import Flow, Standing, StatementLine
from domain.accounts.user import PointGrant
from domain.shared.ids import MarketId
from domain.trading.ledger import Action, LedgerEntry

_PAIRS = frozenset({Action.MINT, Action.MERGE})
"""The actions that move as many shares of each outcome."""


@dataclass(slots=True)
class Traded:
    """A market in the period so far; `before` is the profit that had been realised in it until then."""

    before: int
    lines: int = 0
    flow: Flow = Flow()


class StatementFold:
    """Takes movements in the order of time and keeps at most `most` lines of the period.

    `after` is what was added to the balance since the period, and `book` the account at its end.
    """

    def __init__(self, period: Period, most: int) -> None:
        self._period = period
        self._most = most
        self._opening: Standing | None = None
        self._track: Track | None = None
        self.book = Passbook()
        self.lines: list[StatementLine] = []
        self.number = 0
        self.flow = Flow()
        self.markets: dict[MarketId, Traded] = {}
        self.after = 0

    def post(self, movement: Movement) -> None:
        """Take over the next movement. Raises Conflict where it cannot have happened."""
        if movement.at >= self._period.until:
            self.after += flow_of(movement).net
        elif movement.at >= self._period.since:
            self._in_period(movement, self._begin())
        else:
            self.book.post(movement.moved)

    def ended(self) -> tuple[Standing, Standing]:
        """The account at the beginning and at the end of the period. Raises DoesNotAddUp."""
        self._begin()
        assert self._opening is not None, "it has begun"
        return self._opening, self.book.standing()

    def course(self) -> Course:
        """How the balance moved in the period."""
        return self._begin().course()

    def realised(self, market_id: MarketId) -> int:
        """The profit that was realised in a market in the period."""
        return self.book.realised(market_id) - self.markets[market_id].before

    def held(self) -> Collection[MarketId]:
        """Markets in which something is held at the end."""
        shares = {market_id for market_id, position in self.book.positions.items() if position.yes or position.no}
        return shares | {market_id for market_id, stake in self.book.stakes.items() if stake.shares}

    def _begin(self) -> Track:
        if self._track is None:
            self._opening = self.book.standing()
            self._track = Track(self._period.since, self._period.until, self.book.balance)
        return self._track

    def _in_period(self, movement: Movement, track: Track) -> None:
        market_id = getattr(movement.moved, "market_id", None)
        flow = flow_of(movement)
        self.flow += flow
        if market_id is not None:
            traded = self.markets.setdefault(market_id, Traded(self.book.realised(market_id)))
            traded.lines += 1
            traded.flow += flow
        self.book.post(movement.moved)
        track.add(movement.at, self.book.balance)
        self.number += 1
        if self.number <= self._most:
            self.lines.append(_line(movement, flow, self.book.balance))


def flow_of(movement: Movement) -> Flow:
    """The points that a movement moved."""
    moved = movement.moved
    if isinstance(moved, PointGrant):
        return Flow(granted=moved.amount)
    return Flow(0, moved.amount_in, moved.amount_out, moved.fee)


def _line(movement: Movement, flow: Flow, balance: int) -> StatementLine:
    at, moved = movement.at, movement.moved
    if isinstance(moved, PointGrant):
        return StatementLine(at, None, moved.reason, None, 0, None, 0, moved.amount, balance)
    price = moved.price if moved.outcome else None
    return StatementLine(
        at, moved.market_id, moved.action, moved.outcome, _shares(moved), price, moved.fee, flow.net, balance
    )


def _shares(entry: LedgerEntry) -> int:
    yes, no = entry.yes_after - entry.yes_before, entry.no_after - entry.no_before
    if entry.action in _PAIRS:
        return yes
    if entry.lp_after != entry.lp_before:
        return entry.lp_after - entry.lp_before
    return yes + no
