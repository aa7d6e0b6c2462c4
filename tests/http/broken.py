"""An exchange that does nothing but fail, to see what the API does by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NoReturn
from uuid import UUID, uuid4

from adapters.http.app import Frame, create_app
from adapters.http.bounds import HttpBounds
from adapters.http.guard import Limits
from adapters.http.markets import Markets
from adapters.http.queued_trades import QueuedTrades
from adapters.http.trades import Trades
from application.jobs.follow import Follow
from application.jobs.queue_service import QueueService
from application.shared.pages import Page
from application.trading.execute_orders import Placed
from application.trading.queries import MarketView
from application.trading.reading.markets import EVERY_MARKET, MarketCursor, MarketFilter, MarketSort
from domain.accounts.caller import Caller
from domain.accounts.user import User
from domain.shared.errors import Forbidden
from domain.shared.ids import MarketId, UserId
from domain.trading.orders import Order
from tests.fakes.store import MemoryStore
from tests.http.client import Client, served
from tests.http.signed import bearer
from tests.http.unlimited import Unlimited

LOCKED_OUT = "locked-out"
ORDER = {"marketId": str(uuid4()), "action": "BUY", "outcome": "YES", "amount": "5000000"}


class Broken:
    """An exchange whose every part raises one error; also the clock and the source of names."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error or AssertionError("not to be reached")
        self.orders: list[Order] = []

    async def place(self, order: Order) -> Placed:
        self.orders.append(order)
        return self._raise()

    async def ready(self) -> None:
        self._raise()

    async def market(self, market_id: MarketId) -> MarketView:
        return self._raise(market_id)

    async def markets(
        self,
        limit: int,
        after: MarketCursor | None = None,
        wanted: MarketFilter = EVERY_MARKET,
        sort: MarketSort = MarketSort.OLDEST,
    ) -> Page[MarketView, MarketCursor]:
        return self._raise(limit, after, wanted, sort)

    def now(self) -> datetime:
        return datetime(2030, 1, 31, tzinfo=UTC)

    def new(self) -> UUID:
        return uuid4()

    def _raise(self, *_: object) -> NoReturn:
        raise self._error


class Stuck(Broken):
    """An exchange that answers only once it is `free`; `reached` tells that it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(error)
        self.reached, self.free = asyncio.Event(), asyncio.Event()

    async def place(self, order: Order) -> Placed:
        await self._wait()
        return await super().place(order)

    async def ready(self) -> None:
        await self._wait()
        await super().ready()

    async def _wait(self) -> None:
        self.reached.set()
        await self.free.wait()


@asynccontextmanager
async def serving(
    part: Broken, bounds: HttpBounds | None = None, limits: Limits | None = None
) -> AsyncIterator[Client]:
    bounds = bounds or HttpBounds()
    frame = Frame(somebody, limits or Unlimited(), part, part.ready, {}, part)
    store = MemoryStore()
    queued = QueuedTrades(QueueService(store, store.job_queries, part, part), Follow(store.job_queries), 1)
    endpoints = [*Markets(part, part).endpoints(), *Trades(part.place, queued).endpoints()]
    async with served(create_app(endpoints, frame, bounds), bounds) as client:
        yield client.calling(bearer(uuid4()))


async def somebody(credential: str) -> Caller:
    """Takes everybody for who he says he is, but lets nobody in who says that he is locked out."""
    if credential == LOCKED_OUT:
        raise Forbidden("ACCOUNT_INACTIVE", "Ask the operator.")
    return Caller(User(UserId(UUID(credential)), "somebody"))
