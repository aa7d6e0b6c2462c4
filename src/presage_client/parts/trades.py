"""Trading. Every order has an idempotency key: yours, or one that the client makes and uses at every attempt."""

from collections.abc import Sequence
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.jobs import Job
from presage_client.models.orders import BuyForAmount, CloseOut, Order, PlaceBatch, SellShares
from presage_client.models.trades import Batch, Trade
from presage_client.models.words import Outcome
from presage_client.operations import Asked, Operation, Part, calls

_PLACE = Operation("POST", "/api/v1/trades", Trade, body=Order, keyed=True)
_BATCH = Operation("POST", "/api/v1/trades/batch", Batch, body=PlaceBatch, keyed=True)
_PLACE_LATER = Operation("POST", "/api/v1/trades", Job, body=Order, keyed=True, later=True)
_BATCH_LATER = Operation("POST", "/api/v1/trades/batch", Job, body=PlaceBatch, keyed=True, later=True)
_BY_KEY = Operation("GET", "/api/v1/trades/by-key/{key}", Trade)


class Trades(Part):
    """Under /api/v1/trades. Amounts are micro-units, as `points("1.5")` and `shares("1.5")` give them."""

    @calls(_PLACE)
    def place(self, order: Order) -> Asked:
        """Execute an order of any form."""
        return Asked(body=order.model_copy(update={"idempotency_key": None}), key=order.idempotency_key)

    @calls(_BATCH)
    def batch(self, orders: Sequence[Order], *, idempotency_key: str | None = None) -> Asked:
        """Execute up to 500 orders in their order, each for itself: a refusal is that order's alone."""
        return Asked(body=PlaceBatch(orders=list(orders)), key=idempotency_key)

    @calls(_PLACE_LATER)
    def place_later(self, order: Order) -> Asked:
        """Have an order executed by a job; once that has ended, `place` with the same key gives the trade."""
        return Asked(body=order.model_copy(update={"idempotency_key": None}), key=order.idempotency_key)

    @calls(_BATCH_LATER)
    def batch_later(self, orders: Sequence[Order], *, idempotency_key: str | None = None) -> Asked:
        """Have up to 500 orders executed by a job."""
        return Asked(body=PlaceBatch(orders=list(orders)), key=idempotency_key)

    @calls(_BY_KEY)
    def by_key(self, idempotency_key: str) -> Asked:
        """One's own trade, by the key of its order."""
        return Asked({"key": idempotency_key})

    async def buy(self, market_id: UUID, outcome: Outcome, amount: MicroPoints) -> Trade:
        """Spend an amount at whatever price it brings; `place` takes bounds. Raises PresageError."""
        return await self.place(BuyForAmount(market_id=market_id, outcome=outcome, amount=amount))

    async def sell(self, market_id: UUID, outcome: Outcome, shares: MicroShares) -> Trade:
        """Sell shares at whatever price they bring; `place` takes bounds. Raises PresageError."""
        return await self.place(SellShares(market_id=market_id, outcome=outcome, shares=shares))

    async def close_out(self, market_id: UUID) -> Trade:
        """Sell all that one holds in a market. Raises PresageError."""
        return await self.place(CloseOut(market_id=market_id))
