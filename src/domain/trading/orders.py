"""Orders: what a user may ask of one market, with the bounds within which he wants it done."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from operator import attrgetter
from typing import get_args

from domain.shared.errors import Conflict, Invalid
from domain.shared.ids import MarketId, UserId
from domain.shared.money import require_amount
from domain.shared.times import require_time
from domain.shared.value import value
from domain.trading.cpmm import Outcome, require_outcome

MAX_KEY_LENGTH = 255


@value
class Buy:
    """Spend exactly `amount` µP, fee included; refuse fewer than `min_shares` micro-shares."""

    outcome: Outcome
    amount: int
    min_shares: int | None = None

    def __post_init__(self) -> None:
        require_outcome(self.outcome)
        require_amount(self.amount)
        _require_bound(self.min_shares, "min_shares")


@value
class BuyShares:
    """Buy at least `shares` micro-shares for the least amount; refuse a cost above `max_cost` µP."""

    outcome: Outcome
    shares: int
    max_cost: int | None = None

    def __post_init__(self) -> None:
        require_outcome(self.outcome)
        require_amount(self.shares, "shares")
        _require_bound(self.max_cost, "max_cost")


@value
class Sell:
    """Sell exactly `shares` micro-shares; refuse proceeds below `min_proceeds` µP."""

    outcome: Outcome
    shares: int
    min_proceeds: int | None = None

    def __post_init__(self) -> None:
        require_outcome(self.outcome)
        require_amount(self.shares, "shares")
        _require_bound(self.min_proceeds, "min_proceeds")


@value
class SellFor:
    """Receive exactly `amount` µP net of the fee; refuse to give more than `max_shares` micro-shares."""

    outcome: Outcome
    amount: int
    max_shares: int | None = None

    def __post_init__(self) -> None:
        require_outcome(self.outcome)
        require_amount(self.amount)
        _require_bound(self.max_shares, "max_shares")


@value
class Mint:
    """Turn `amount` µP into as many micro-shares of each outcome."""

    amount: int

    def __post_init__(self) -> None:
        require_amount(self.amount)


@value
class Merge:
    """Turn `amount` micro-shares of each outcome back into as many µP."""

    amount: int

    def __post_init__(self) -> None:
        require_amount(self.amount)


@value
class CloseOut:
    """Merge the overlap of both sides and sell what is left; refuse less than `min_proceeds` µP in all."""

    min_proceeds: int | None = None

    def __post_init__(self) -> None:
        _require_bound(self.min_proceeds, "min_proceeds")


@value
class AddLiquidity:
    """Put `amount` µP into the pool; `probability` of YES in millionths where it has to be opened."""

    amount: int
    probability: int | None = None

    def __post_init__(self) -> None:
        require_amount(self.amount)


@value
class RemoveLiquidity:
    """Take `lp_shares` LP shares out of the pool, with the fees that they earned."""

    lp_shares: int

    def __post_init__(self) -> None:
        require_amount(self.lp_shares, "lp_shares")


@value
class ClaimFees:
    """Take out the fees that one's LP shares earned."""


Instruction = Buy | BuyShares | Sell | SellFor | Mint | Merge | CloseOut | AddLiquidity | RemoveLiquidity | ClaimFees


def _nothing(_: object) -> tuple[object, ...]:
    return ()


def _reader(kind: type[Instruction]) -> Callable[[object], tuple[object, ...]]:
    """Reads the fields of one kind of instruction, always as a tuple."""
    names = [field.name for field in fields(kind)]
    if not names:
        return _nothing
    return attrgetter(*names) if len(names) > 1 else lambda instruction: (getattr(instruction, names[0]),)


_CONTENT = {kind: _reader(kind) for kind in get_args(Instruction)}


@value
class Order:
    """One user's instruction for one market. `key` is his idempotency key: 1 to 255 characters, unique to him."""

    user_id: UserId
    market_id: MarketId
    key: str
    instruction: Instruction
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if type(self.instruction) not in _CONTENT:
            raise Invalid("ACTION_UNKNOWN", "Name an action that the exchange knows.", given=str(self.instruction)[:40])
        if not 0 < len(self.key) <= MAX_KEY_LENGTH or not self.key.isprintable():
            raise Invalid(
                "IDEMPOTENCY_KEY",
                f"Give an idempotency key of 1 to {MAX_KEY_LENGTH} printable characters.",
                length=len(self.key),
            )
        if self.expires_at is not None:
            require_time(self.expires_at, "expires_at")

    def require_live(self, now: datetime) -> None:
        """Refuse an order whose time has passed. Raises Conflict."""
        if self.expires_at is not None and now >= self.expires_at:
            raise Conflict(
                "ORDER_EXPIRED", "Send a new order with a later time of expiry.", expires_at=self.expires_at.isoformat()
            )

    def fingerprint(self) -> bytes:
        """SHA-256 of the content, by which a repeat of the key is told from another order."""
        kind = type(self.instruction)
        fields_of = "\0".join(map(str, _CONTENT[kind](self.instruction)))
        until = self.expires_at and self.expires_at.astimezone(UTC)
        return sha256(self.market_id.bytes + f"{kind.__name__}\0{fields_of}\0{until}".encode()).digest()


def _require_bound(bound: int | None, name: str) -> None:
    if bound is not None:
        require_amount(bound, name)
