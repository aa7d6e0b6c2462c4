"""The traders and markets that the scenarios use."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.accounts.user import GrantReason
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.listing import Listing
from entrypoints.container import Container

TRADERS = 256
MARKETS = 200
TRADER_POINTS = 1_000_000 * POINT
LIQUIDITY = 1_000 * POINT
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """Who trades, and where."""

    traders: Sequence[UserId]
    markets: Sequence[MarketId]


async def prepare(exchange: Container) -> Scene:
    """Sign traders up, give them points, and open the markets."""
    treasury = await exchange.seed().treasury()
    gate = asyncio.Semaphore(AT_ONCE)

    async def trader(number: int) -> UserId:
        async with gate:
            user = await exchange.sign_up()(f"bench-{number}")
            await exchange.grant_points()(user.id, TRADER_POINTS, GrantReason.ADMIN_GRANT, "bench")
            return user.id

    async def market(number: int) -> MarketId:
        async with gate:
            closes_at = exchange.clock().now() + timedelta(days=1)
            opened = await exchange.open_market()(Listing(f"Benchmark {number}"), closes_at, treasury)
            await exchange.approve_market()(opened.id, LIQUIDITY)
            return opened.id

    return Scene(
        await asyncio.gather(*(trader(number) for number in range(TRADERS))),
        await asyncio.gather(*(market(number) for number in range(MARKETS))),
    )
