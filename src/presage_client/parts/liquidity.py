"""Providing liquidity."""

from datetime import datetime
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.orders import AddLiquidity, ClaimFees, RemoveLiquidity
from presage_client.models.trades import LiquidityEntry
from presage_client.operations import Asked, Operation, Part, calls

_LIQUIDITY = "/api/v1/markets/{id}/liquidity"
_ADD = Operation("POST", _LIQUIDITY, LiquidityEntry, body=AddLiquidity, keyed=True)
_REMOVE = Operation("POST", f"{_LIQUIDITY}/remove", LiquidityEntry, body=RemoveLiquidity, keyed=True)
_CLAIM = Operation("POST", f"{_LIQUIDITY}/claim-fees", LiquidityEntry, body=ClaimFees, keyed=True)


class Liquidity(Part):
    """Under /api/v1/markets/{id}/liquidity."""

    @calls(_ADD)
    def add(
        self,
        market_id: UUID | str,
        amount: MicroPoints,
        *,
        probability: int | None = None,
        expires_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Asked:
        """Put points into the pool; `probability` of YES in millionths where nobody provides any yet."""
        body = AddLiquidity(amount=amount, probability=probability, expires_at=expires_at)
        return Asked({"id": market_id}, body=body, key=idempotency_key)

    @calls(_REMOVE)
    def remove(
        self,
        market_id: UUID | str,
        lp_shares: MicroShares,
        *,
        expires_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Asked:
        """Take LP shares out of the pool, with what they earned."""
        body = RemoveLiquidity(lp_shares=lp_shares, expires_at=expires_at)
        return Asked({"id": market_id}, body=body, key=idempotency_key)

    @calls(_CLAIM)
    def claim_fees(
        self, market_id: UUID | str, *, expires_at: datetime | None = None, idempotency_key: str | None = None
    ) -> Asked:
        """Take out what one's LP shares earned."""
        return Asked({"id": market_id}, body=ClaimFees(expires_at=expires_at), key=idempotency_key)
