"""Ending a market and paying it out, as far as one request goes."""

import pytest

from application.shared.store import StoreBusy
from application.trading.end_market import EndMarket
from application.trading.settle_market import SettleMarket
from domain.shared.administration import AdminAction
from domain.shared.errors import Conflict
from domain.trading.cpmm import Outcome
from domain.trading.market import Status
from tests.behaviour.acting import actions, an_admin
from tests.behaviour.refusals import assert_refused
from tests.behaviour.settling import assert_settled, traded
from tests.behaviour.world import World
from tests.fakes.faults import Faults, faulty


@pytest.mark.parametrize("result", [Outcome.YES, None])
async def test_what_one_request_does_not_pay_the_next_ones_do(world: World, result: Outcome | None) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    ending = EndMarket(world.change, world.settle_by(2), chunks=2)
    await (ending.resolve(market_id, result, actor) if result else ending.cancel(market_id, actor))
    assert [await ending.settle(market_id, actor) for _ in range(3)] == [False, True, True]
    ended = AdminAction.MARKET_RESOLVED if result else AdminAction.MARKET_CANCELLED
    assert await actions(world) == [ended, AdminAction.MARKET_SETTLED]
    await assert_settled(world, market_id)


async def test_a_result_stands_though_the_store_fails_while_paying(world: World) -> None:
    async def cut() -> None:
        raise StoreBusy("cut")

    actor, market_id = await an_admin(world), await traded(world)
    failing = SettleMarket(faulty(world.transactions, Faults(before_commit=cut)), world.clock, world.ids)
    await EndMarket(world.change, failing).resolve(market_id, Outcome.NO, actor)
    market = (await world.queries.market(market_id)).market
    assert (market.status, market.outcome, market.settled) == (Status.RESOLVED, Outcome.NO, False)
    with pytest.raises(StoreBusy):
        await EndMarket(world.change, failing).settle(market_id, actor)
    assert await EndMarket(world.change, world.settle).settle(market_id, actor)
    await assert_settled(world, market_id)


async def test_what_ending_refuses(world: World) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    ending = EndMarket(world.change, world.settle)
    await assert_refused(world, ending.settle(market_id, actor), Conflict, "MARKET_NOT_ENDED")
    await ending.cancel(market_id, actor)
    for again in (ending.cancel(market_id, actor), ending.resolve(market_id, Outcome.YES, actor)):
        await assert_refused(world, again, Conflict, "MARKET_STATUS")
