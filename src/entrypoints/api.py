"""The HTTP API of an exchange, from its container."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.http.account_admin import AccountAdministration
from adapters.http.api_keys import ApiKeys
from adapters.http.app import Frame, create_app
from adapters.http.auth import Auth
from adapters.http.bounds import HttpBounds
from adapters.http.covers import Covers
from adapters.http.endpoints import Endpoint
from adapters.http.exports import Exports
from adapters.http.holdings import MyHoldings
from adapters.http.job_admin import JobAdministration
from adapters.http.jobs import UsersJobs
from adapters.http.liquidity import Liquidity
from adapters.http.market_admin import MarketAdministration
from adapters.http.market_data import MarketData
from adapters.http.markets import Markets
from adapters.http.profile import Me
from adapters.http.proposals import Proposing
from adapters.http.queued_trades import QueuedTrades
from adapters.http.reports import Reports
from adapters.http.schedules import ScheduleAdministration
from adapters.http.server import listening
from adapters.http.trades import Trades
from adapters.http.webhooks import OwnWebhooks
from adapters.postgres.migrate import is_current
from application.shared.store import StoreError
from application.trading.desk import Desk
from domain.shared.errors import Unavailable
from entrypoints.container import Container
from entrypoints.metrics import metrics_told
from entrypoints.standing import parts


@asynccontextmanager
async def serving(exchange: Container, bound: socket.socket, bounds: HttpBounds | None = None) -> AsyncIterator[str]:
    """Serve on a bound socket, at the URL given; leaving answers open requests, then drains the desk."""
    bounds = bounds or HttpBounds()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_close, exchange)
        desk = await stack.enter_async_context(exchange.desk())
        await stack.enter_async_context(metrics_told(exchange))
        app = create_app(endpoints(exchange, desk), frame(exchange), bounds)
        async with listening(app, bound, bounds) as url:
            yield url


async def _close(exchange: Container) -> None:
    """Give up what only the API uses."""
    exchange.passwords().close()
    await exchange.identity().close()
    if exchange.settings().redis_url:
        await exchange.shared_limits().close()
        await exchange.redis_ping().close()


def endpoints(exchange: Container, desk: Desk) -> list[Endpoint]:
    """Everything that the API offers, in the order in which its documentation shows it."""
    once = exchange.answer_once()
    own, cookies, queries, clock = exchange.own_identity(), exchange.cookies(), exchange.queries(), exchange.clock()
    parts = (
        Auth(own, exchange.limits(), cookies, clock),
        Me(exchange.read_profile(), exchange.change_handle(), own, cookies, clock),
        ApiKeys(
            exchange.create_api_key(), exchange.list_api_keys(), exchange.revoke_api_key(), exchange.rate_api_key()
        ),
        MyHoldings(queries, queries, clock),
        Exports(queries, queries),
        Reports(exchange.read_report(), exchange.reports(), clock),
        Markets(queries, clock),
        MarketData(queries, clock),
        Trades(desk.place, QueuedTrades(exchange.queue_service(), exchange.follow(), exchange.settings().async_wait)),
        Liquidity(desk.place),
        Proposing(exchange.propose_market(), exchange.withdraw_market(), exchange.proposals()),
        Covers(exchange.upload_cover(), exchange.covers()),
        UsersJobs(exchange.queue_service(), exchange.follow(), exchange.works()),
        OwnWebhooks(
            exchange.create_webhook(),
            exchange.change_webhook(),
            exchange.delete_webhook(),
            exchange.try_webhook(),
            exchange.webhook_queries(),
        ),
        MarketAdministration(
            exchange.approve_market(),
            exchange.request_launch(),
            exchange.edit_market(),
            exchange.change_market(),
            exchange.end_market(),
            exchange.sweep_fees(),
            queries,
            exchange.settings().market_liquidity,
            once,
        ),
        AccountAdministration(
            exchange.change_user(), exchange.grant_points(), exchange.directory(), exchange.admin_records(), once
        ),
        ScheduleAdministration(
            exchange.add_schedule(),
            exchange.change_schedule(),
            exchange.remove_schedule(),
            exchange.run_schedule(),
            exchange.schedule_queries(),
            once,
        ),
        JobAdministration(exchange.queue_service(), exchange.administer_jobs(), clock),
    )
    return [endpoint for part in parts for endpoint in part.endpoints()]


def frame(exchange: Container) -> Frame:
    """What stands around every endpoint."""
    engine, settings = exchange.engine(), exchange.settings()
    return Frame(
        exchange.authenticate(),
        exchange.limits(),
        exchange.ids(),
        lambda: require_current(engine),
        parts(exchange),
        exchange.clock(),
        settings.cors,
        settings.security,
        exchange.request_metrics() if settings.metrics_port is not None else None,
    )


async def require_current(engine: AsyncEngine) -> None:
    """Refuse a database that does not answer or whose schema is of another version. Raises Unavailable."""
    try:
        current = await is_current(engine)
    except StoreError as error:
        raise Unavailable(
            "SCHEMA", "The database refuses to be read; check DATABASE_URL.", reason=str(error)
        ) from error
    if not current:
        raise Unavailable("SCHEMA", "The database is of another version; run `presage migrate`.")
