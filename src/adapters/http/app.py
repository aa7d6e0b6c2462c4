"""The aiohttp application, from the ports that it needs."""

from dataclasses import dataclass

from aiohttp import web

from adapters.http.bounds import HttpBounds
from adapters.http.errors import errors_answered
from adapters.http.health import Health, Ready
from adapters.http.idempotency import keys_returned
from adapters.http.markets import Markets
from adapters.http.requests import requests_identified, requests_timed
from adapters.http.trades import PlaceOrder, Trades
from application.shared.ports import Clock, Ids
from application.trading.queries import TradingQueries
from domain.shared.ids import UserId

HEALTH = web.AppKey("health", Health)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the API needs. `demo_trader`, where there is one, trades for whoever names no user."""

    queries: TradingQueries
    place: PlaceOrder
    clock: Clock
    ids: Ids
    ready: Ready
    demo_trader: UserId | None = None


def create_app(exchange: Exchange, bounds: HttpBounds) -> web.Application:
    """The application with all its routes."""
    app = web.Application(
        client_max_size=bounds.body_bytes,
        middlewares=[
            requests_identified(exchange.ids),
            keys_returned(),
            errors_answered(),
            requests_timed(bounds.request_seconds),
        ],
    )
    app[HEALTH] = Health(exchange.ready, bounds.ready_seconds)
    app.add_routes(app[HEALTH].routes())
    app.add_routes(Markets(exchange.queries, exchange.clock).routes())
    app.add_routes(Trades(exchange.place, exchange.ids, bounds.body_seconds, exchange.demo_trader).routes())
    return app
