"""Trading."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.http.envelope import success
from adapters.http.idempotency import REPLAYED, idempotency_key
from adapters.http.models.trades import PlaceTrade, TradeAnswer
from adapters.http.reading import read_body
from application.shared.ports import Ids
from application.trading.execute_orders import Placed
from domain.shared.errors import Forbidden
from domain.shared.ids import UserId
from domain.trading.orders import Order

PlaceOrder = Callable[[Order], Awaitable[Placed]]
"""Executes an order, once for its key, as the trading desk does."""


@dataclass(frozen=True, slots=True)
class Trades:
    """Orders to the desk. Without a `demo_trader`, who trades where no user is named, nobody may trade."""

    place: PlaceOrder
    ids: Ids
    body_seconds: float
    demo_trader: UserId | None

    def routes(self) -> list[web.RouteDef]:
        """Under /api/v1/trades."""
        return [web.post("/api/v1/trades", self.trade)]

    async def trade(self, request: web.Request) -> web.Response:
        """POST /api/v1/trades"""
        trader = self._trader()
        key = idempotency_key(request, self.ids)
        asked = await read_body(request, PlaceTrade, self.body_seconds)
        placed = await self.place(asked.order(trader, key))
        response = success(request, TradeAnswer.of(placed.entry), status=201)
        if placed.repeated:
            response.headers[REPLAYED] = "true"
        return response

    def _trader(self) -> UserId:
        if self.demo_trader is None:
            raise Forbidden(
                "DEMO_ONLY",
                "Trading without signing in is for demo mode; the operator enables it with PRESAGE_DEMO=true.",
            )
        return self.demo_trader
