"""Orders: one model for each form, so that what does not go together cannot be asked."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.base import Request
from presage_client.models.words import Outcome


class _Order(Request):
    """What all orders have; the client makes an `idempotency_key` where there is none."""

    market_id: UUID
    expires_at: datetime | None = None
    idempotency_key: str | None = None


class BuyForAmount(_Order):
    """Spend an amount, for at least `min_shares`."""

    action: Literal["BUY"] = "BUY"
    outcome: Outcome
    amount: MicroPoints
    min_shares: MicroShares | None = None


class BuyShares(_Order):
    """Buy a number of shares, for at most `max_cost`."""

    action: Literal["BUY"] = "BUY"
    outcome: Outcome
    shares: MicroShares
    max_cost: MicroPoints | None = None


class SellShares(_Order):
    """Sell a number of shares, for at least `min_proceeds`."""

    action: Literal["SELL"] = "SELL"
    outcome: Outcome
    shares: MicroShares
    min_proceeds: MicroPoints | None = None


class SellForAmount(_Order):
    """Receive an amount, for at most `max_shares`."""

    action: Literal["SELL"] = "SELL"
    outcome: Outcome
    amount: MicroPoints
    max_shares: MicroShares | None = None


class Mint(_Order):
    """Turn points into as many shares of both outcomes."""

    action: Literal["MINT"] = "MINT"
    amount: MicroPoints


class Merge(_Order):
    """Turn as many shares of both outcomes into points."""

    action: Literal["MERGE"] = "MERGE"
    amount: MicroPoints


class CloseOut(_Order):
    """Sell all that one holds in the market, for at least `min_proceeds`."""

    action: Literal["NET_SELL"] = "NET_SELL"
    min_proceeds: MicroPoints | None = None


Order: TypeAlias = BuyForAmount | BuyShares | SellShares | SellForAmount | Mint | Merge | CloseOut


class PlaceBatch(Request):
    """Orders, in the order in which they are to be executed."""

    orders: Annotated[list[Order], Field(min_length=1)]


class AddLiquidity(Request):
    """Put points into a pool; `probability` of YES in millionths where nobody provides any yet."""

    amount: MicroPoints
    probability: int | None = None
    expires_at: datetime | None = None


class RemoveLiquidity(Request):
    """Take LP shares out of a pool."""

    lp_shares: MicroShares
    expires_at: datetime | None = None


class ClaimFees(Request):
    """Take out what one's LP shares earned."""

    expires_at: datetime | None = None
