"""What a user's statement says. Points are µP, shares micro-shares, probabilities of YES in millionths."""

from dataclasses import dataclass
from datetime import datetime

from application.reports.course import Course
from application.reports.listed import Listed
from application.reports.request import Period
from application.reports.sound import require_equal
from domain.accounts.user import GrantReason
from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.market import Market


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement: an entry of a ledger, or a grant. `amount` is what it added to the balance, or took, below zero.

    `shares` are those that came or went; of minting and merging those of each outcome, of liquidity LP shares.
    """

    at: datetime
    market_id: MarketId | None
    what: Action | GrantReason
    outcome: Outcome | None
    shares: int
    price: int | None
    fee: int
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Points that moved: granted, paid and received, and the fees in what was paid and received."""

    granted: int = 0
    paid: int = 0
    received: int = 0
    fees: int = 0

    @property
    def net(self) -> int:
        """What they added to the balance."""
        return self.granted + self.received - self.paid

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.granted + other.granted,
            self.paid + other.paid,
            self.received + other.received,
            self.fees + other.fees,
        )


@dataclass(frozen=True, slots=True)
class MarketResult:
    """What a market brought in the period: movements, points, and the profit that was realised."""

    market: Market
    title: str
    lines: int
    flow: Flow
    realised: int


@dataclass(frozen=True, slots=True)
class OpenPosition:
    """What is held at the end: shares, LP shares, what all of it cost, and its worth at the price of that time.

    `probability` is none where there was no pool. Fees that a provider could claim are not in `lp_worth`.
    """

    market: Market
    title: str
    probability: int | None
    yes: int
    no: int
    lp_shares: int
    basis: int
    worth: int
    lp_worth: int

    @property
    def value(self) -> int:
        """Everything that is held."""
        return self.worth + self.lp_worth


@dataclass(frozen=True, slots=True)
class Standing:
    """An account at one moment: its balance, what it was ever granted and realised, what its open positions cost."""

    balance: int
    granted: int
    realised: int
    basis: int

    def __post_init__(self) -> None:
        require_equal("grants, profit and open cost", self.granted + self.realised - self.basis, self.balance)


@dataclass(frozen=True, slots=True)
class UserStatement:
    """An account over a period. Raises DoesNotAddUp when built of figures that contradict each other.

    `value` is what the open positions are worth together, and `basis` what they cost.
    """

    user_id: UserId
    handle: str
    period: Period
    opening: Standing
    closing: Standing
    flow: Flow
    lines: Listed[StatementLine]
    results: Listed[MarketResult]
    positions: Listed[OpenPosition]
    value: int
    titles: dict[MarketId, str]
    course: Course
    made_at: datetime

    def __post_init__(self) -> None:
        flow, opening, closing = self.flow, self.opening, self.closing
        require_equal("closing balance", opening.balance + flow.net, closing.balance)
        require_equal("grants", opening.granted + flow.granted, closing.granted)
        if self.lines.whole:
            require_equal("movements", opening.balance + sum(line.amount for line in self.lines.items), closing.balance)
            require_equal("fees", sum(line.fee for line in self.lines.items), flow.fees)
        if self.results.whole:
            by_market = sum((result.flow for result in self.results.items), Flow(granted=flow.granted))
            require_equal("points by market", by_market.net, flow.net)
            require_equal("fees by market", by_market.fees, flow.fees)
            realised = sum(result.realised for result in self.results.items)
            require_equal("profit by market", opening.realised + realised, closing.realised)
        if self.positions.whole:
            require_equal("worth", sum(position.value for position in self.positions.items), self.value)
            require_equal("open cost", sum(position.basis for position in self.positions.items), closing.basis)

    @property
    def realised(self) -> int:
        """The profit that was realised in the period, below zero a loss."""
        return self.closing.realised - self.opening.realised

    @property
    def unrealised(self) -> int:
        """What the open positions are worth beyond their cost."""
        return self.value - self.closing.basis

    @property
    def account_value(self) -> int:
        """The balance and the worth of the open positions."""
        return self.closing.balance + self.value
