"""Requests of users that move points: each with another that its key may not stand for, and one that is refused."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from domain.shared.money import POINT
from tests.http.client import Reply
from tests.http.rules import TOMORROW
from tests.http.scene import Scene

Body = Mapping[str, Any]

TRADES, BATCH = "POST /api/v1/trades", "POST /api/v1/trades/batch"
LIQUIDITY = "POST /api/v1/markets/{id}/liquidity"
ONE, TWO, TOO_MANY = ({"amount": str(points * POINT)} for points in (1, 2, 50_000))


@dataclass(frozen=True, slots=True)
class Case:
    """`refusal` is the code that answers `refused`, sent after `body`."""

    route: str
    body: Body
    other: Body
    refused: Body
    refusal: str
    common: Body = field(default_factory=dict)

    def path(self, scene: Scene) -> str:
        return self.route.removeprefix("POST ").format(id=scene.values["market"])

    def filled(self, body: Body, scene: Scene) -> dict[str, Any]:
        """A body, whose market is the scene's."""
        market = {"marketId": scene.values["market"]} if self.route == TRADES else {}
        return {**market, **self.common, **body}


def trade(action: str, body: Body, other: Body, refused: Body, refusal: str, **common: str) -> Case:
    return Case(TRADES, body, other, refused, refusal, {"action": action, **common})


def shares(given: Mapping[str, str]) -> Body:
    return {"shares": given["amount"]}


def lp_shares(given: Mapping[str, str]) -> Body:
    return {"lpShares": given["amount"]}


YES = {"outcome": "YES"}

CASES: dict[str, Case] = {
    "buy for": trade("BUY", ONE, TWO, TOO_MANY, "INSUFFICIENT_POINTS", **YES),
    "buy shares": trade("BUY", shares(ONE), shares(TWO), shares(TOO_MANY), "INSUFFICIENT_POINTS", **YES),
    "sell shares": trade("SELL", shares(ONE), shares(TWO), shares(TOO_MANY), "INSUFFICIENT_SHARES", **YES),
    "sell for": trade("SELL", ONE, TWO, {"amount": str(500 * POINT)}, "INSUFFICIENT_SHARES", **YES),
    "mint": trade("MINT", ONE, TWO, TOO_MANY, "INSUFFICIENT_POINTS"),
    "merge": trade("MERGE", ONE, TWO, TOO_MANY, "INSUFFICIENT_SHARES"),
    "claim fees": Case(f"{LIQUIDITY}/claim-fees", {}, {"expiresAt": TOMORROW}, {}, "NOTHING_TO_CLAIM"),
    "add liquidity": Case(LIQUIDITY, ONE, TWO, TOO_MANY, "INSUFFICIENT_POINTS"),
    "remove liquidity": Case(
        f"{LIQUIDITY}/remove", lp_shares(ONE), lp_shares(TWO), lp_shares(TOO_MANY), "INSUFFICIENT_LP_SHARES"
    ),
    "close out": trade("NET_SELL", {}, {"minProceeds": "1"}, {}, "NOTHING_HELD"),
}
"""In an order in which one user may send them all."""


def replayed(reply: Reply) -> bool:
    """Whether the answer had been given before."""
    return reply.headers.get("Idempotency-Replayed") == "true"


@asynccontextmanager
async def everything_locked(url: str) -> AsyncIterator[None]:
    """While inside, whoever would move points, or change a schedule, waits."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        async with connection.transaction():
            for table in ("liquidity_pools", "users", "job_schedules"):
                await connection.execute(f"SELECT FROM {table} FOR UPDATE")
            yield
    finally:
        await connection.close()
