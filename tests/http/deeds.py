"""What administrators do under an idempotency key, each with something to do it to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from domain.shared.administration import AdminAction
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from tests.http.rules import ADMIN_MARKET, ADMIN_USER, HOURLY, SCHEDULES, TOMORROW, WHY
from tests.http.scene import Scene

Body = Mapping[str, Any]
Subject = Callable[[Scene], Awaitable[str]]

LIQUIDITY = {"liquidity": str(100 * POINT)}


async def a_draft(scene: Scene) -> str:
    proposed = await scene.newcomer.client.post("/api/v1/markets", {"title": "Will it?", "closesAt": TOMORROW})
    assert proposed.status == 201
    return str(proposed.data["id"])


async def a_market(scene: Scene) -> str:
    """On which somebody has traded."""
    market = await a_draft(scene)
    assert (await scene.admin.client.post(f"/api/v1/admin/markets/{market}/approve", WHY | LIQUIDITY)).status == 200
    order = {"marketId": market, "action": "BUY", "outcome": "YES", "amount": str(POINT)}
    assert (await scene.user.client.trade(order)).status == 201
    return market


async def an_ended_market(scene: Scene) -> str:
    """That has paid nobody yet."""
    market = await a_market(scene)
    await scene.site.exchange.change_market().resolve(MarketId(UUID(market)), Outcome.YES)
    return market


async def an_account(scene: Scene) -> str:
    account = await scene.site.exchange.sign_up()(f"somebody {uuid4()}")
    return str(account.id)


async def a_schedule(scene: Scene) -> str:
    added = await scene.admin.client.post(SCHEDULES, WHY | HOURLY | {"name": f"schedule {uuid4()}"})
    assert added.status == 201
    return str(added.data["id"])


async def a_paused_schedule(scene: Scene) -> str:
    schedule = await a_schedule(scene)
    assert (await scene.admin.client.post(f"{SCHEDULES}/{schedule}/pause", WHY)).status == 200
    return schedule


async def nothing(_: Scene) -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Deed:
    """`subject` makes something new to do it to, `unfit` something of which it is refused with `refusal`.

    `others` are bodies that ask for something else, and `action` is what the log then says. `anew` answers whoever
    asks to do it once more.
    """

    route: str
    action: AdminAction
    body: Body
    others: tuple[Body, ...]
    subject: Subject
    unfit: Subject
    refusal: tuple[int, str]
    status: int = 200
    anew: int = 409

    def path(self, subject: str) -> str:
        return self.route.removeprefix("POST ").format(id=subject)


OTHERWISE = {"reason": "As decided on Tuesday."}
WRONG_STATUS = (409, "MARKET_STATUS")
NO_MARKET, NO_USER, NO_SCHEDULE = ((404, f"{subject}_NOT_FOUND") for subject in ("MARKET", "USER", "SCHEDULE"))
YES, NO = {"outcome": "YES"}, {"outcome": "NO"}
ONE, TWO = {"amount": str(POINT)}, {"amount": str(2 * POINT)}

DEEDS = (
    Deed(
        f"POST {ADMIN_MARKET}/approve",
        AdminAction.MARKET_APPROVED,
        WHY | LIQUIDITY,
        (OTHERWISE | LIQUIDITY, WHY, WHY | {"liquidity": str(POINT)}),
        a_draft,
        a_market,
        WRONG_STATUS,
    ),
    Deed(
        f"POST {ADMIN_MARKET}/resolve",
        AdminAction.MARKET_RESOLVED,
        WHY | YES,
        (OTHERWISE | YES, WHY | NO),
        a_market,
        a_draft,
        WRONG_STATUS,
    ),
    Deed(
        f"POST {ADMIN_MARKET}/cancel",
        AdminAction.MARKET_CANCELLED,
        WHY,
        (OTHERWISE,),
        a_market,
        an_ended_market,
        WRONG_STATUS,
    ),
    Deed(
        f"POST {ADMIN_MARKET}/settle",
        AdminAction.MARKET_SETTLED,
        WHY,
        (OTHERWISE,),
        an_ended_market,
        a_market,
        (409, "MARKET_NOT_ENDED"),
        anew=200,
    ),
    Deed(
        f"POST {ADMIN_MARKET}/sweep-fees",
        AdminAction.MARKET_SWEPT,
        WHY,
        (OTHERWISE,),
        a_market,
        nothing,
        NO_MARKET,
        anew=200,
    ),
    Deed(
        f"POST {ADMIN_USER}/grants",
        AdminAction.USER_GRANTED,
        WHY | ONE,
        (OTHERWISE | ONE, WHY | TWO),
        an_account,
        nothing,
        NO_USER,
        status=201,
        anew=201,
    ),
    *(
        Deed(f"POST {SCHEDULES}/{{id}}/{name}", action, WHY, (OTHERWISE,), subject, nothing, NO_SCHEDULE, status, anew)
        for name, action, subject, status, anew in (
            ("pause", AdminAction.SCHEDULE_PAUSED, a_schedule, 200, 200),
            ("resume", AdminAction.SCHEDULE_RESUMED, a_paused_schedule, 200, 200),
            ("run", AdminAction.SCHEDULE_RUN, a_schedule, 202, 202),
            ("remove", AdminAction.SCHEDULE_REMOVED, a_schedule, 200, 404),
        )
    ),
)
