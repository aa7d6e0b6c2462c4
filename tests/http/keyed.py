"""Requests that move points: for each of them one, another that its key may not stand for, and one that is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.shared.money import POINT
from tests.http.rules import TOMORROW, WHY
from tests.http.scene import Scene

Body = Mapping[str, Any]

TRADES, BATCH = "POST /api/v1/trades", "POST /api/v1/trades/batch"
LIQUIDITY = "POST /api/v1/markets/{id}/liquidity"
GRANTS = "POST /api/v1/admin/users/{id}/grants"
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
        return self.route.removeprefix("POST ").format(id=scene.values["target" if self.route == GRANTS else "market"])

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
    "grant": Case(GRANTS, ONE, TWO, {"amount": "0"}, "AMOUNT_OUT_OF_BOUNDS", WHY),
    "close out": trade("NET_SELL", {}, {"minProceeds": "1"}, {}, "NOTHING_HELD"),
}
"""In an order in which one user may send them all."""
