"""Liquidity: what a provider asks for, and what became of it."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import WHOLE, Digits, MicroUnits, Moment
from adapters.http.models.shares import Shares
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY


class Claim(Request):
    """Take out what one's LP shares earned."""

    expires_at: Moment | None = None


class Provide(Claim):
    """Put points into the pool; `probability` of YES in millionths where nobody provides any yet."""

    amount: MicroUnits
    probability: Annotated[int, Field(ge=MIN_PROBABILITY, le=MAX_PROBABILITY), WHOLE] | None = None


class Withdraw(Claim):
    """Take LP shares out of the pool."""

    lp_shares: MicroUnits


class LiquidityAnswer(Answer):
    """One entry of a market's ledger.

    `amount` µP were paid (ADD_LIQUIDITY) or received; `lpShares` are what the provider then has in the pool, and
    `position` what he then holds beside it.
    """

    market_id: UUID
    seq: int
    user_id: UUID
    action: Action
    amount: Digits
    lp_shares: Digits
    position: Shares
    executed_at: datetime
    idempotency_key: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> Self:
        """A provider's entry from the ledger."""
        return cls(
            market_id=entry.market_id,
            seq=entry.seq,
            user_id=entry.user_id,
            action=entry.action,
            amount=entry.amount_in or entry.amount_out,
            lp_shares=entry.lp_after,
            position=Shares(yes=entry.yes_after, no=entry.no_after),
            executed_at=entry.executed_at,
            idempotency_key=entry.key,
        )
