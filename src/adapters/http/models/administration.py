"""What administrators ask of markets, each with a reason that is kept."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import WHOLE, Digits, MicroUnits, Moment, OutcomeName
from adapters.http.models.proposals import Category, Description, Probability, Title
from domain.shared.administration import MAX_REASON_LENGTH
from domain.shared.money import BASIS_POINTS
from domain.trading.edit import Edit
from domain.trading.market import MAX_FEE_BPS


class Because(Request):
    """Why, for the log of administration."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON_LENGTH)]


class Approve(Because):
    """Open a draft with `liquidity` µP of the treasury, or with what the operator has set."""

    liquidity: MicroUnits | None = None


class Launch(Approve):
    """The same, done by a job."""

    action: Literal["approve"]


class ChangeTerms(Because):
    """What is to be changed, and nothing else; `probability` of YES in millionths, fees in basis points."""

    title: Title | None = None
    description: Description | None = None
    category: Category | None = None
    probability: Probability | None = None
    closes_at: Moment | None = None
    fee_bps: Annotated[int, Field(ge=0, le=MAX_FEE_BPS), WHOLE] | None = None
    lp_fee_bps: Annotated[int, Field(ge=0, le=BASIS_POINTS), WHOLE] | None = None

    @property
    def edit(self) -> Edit:
        """The change. Raises Invalid."""
        return Edit(
            self.title,
            self.description,
            self.category,
            self.probability,
            self.closes_at,
            self.fee_bps,
            self.lp_fee_bps,
        )


class Resolve(Because):
    """The result."""

    outcome: OutcomeName


class SweptAnswer(Answer):
    """What the treasury received in µP."""

    market_id: UUID
    swept: Digits
