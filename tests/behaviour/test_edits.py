"""Editing a market: everything of a draft, text and closing time while it lives, nothing afterwards."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.shared.administration import AdminAction
from domain.shared.errors import Conflict, Invalid, NotFound, PresageError
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.shared.times import END_OF_TIME
from domain.trading.cpmm import Outcome
from domain.trading.edit import Edit
from domain.trading.market import Market, Status
from domain.trading.orders import Buy
from tests.behaviour.acting import actions, an_admin, logged
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import OPEN_FOR, World
from tests.fakes.world import START
from tests.support import discrepancies

LATER = START + OPEN_FOR + timedelta(days=1)
EVERYTHING = Edit("Will it snow?", "At night.", "winter", 250_000, LATER, 100, 2_500)


async def test_everything_of_a_draft_may_be_edited(world: World) -> None:
    actor = await an_admin(world)
    market_id = await world.draft(await world.treasury())
    market = await world.edit(market_id, EVERYTHING, actor)
    view = await world.queries.market(market_id)
    assert market == view.market == Market(market_id, Status.DRAFT, LATER, 100, 2_500)
    listing = view.listing
    assert (listing.title, listing.description, listing.category) == ("Will it snow?", "At night.", "winter")
    assert listing.probability == 250_000
    await world.approve(market_id, 900 * POINT, actor)
    assert (await world.queries.market(market_id)).probability == 250_000
    assert discrepancies(await world.tables()) == []


async def test_the_record_says_what_was_changed_and_nothing_else(world: World) -> None:
    actor = await an_admin(world)
    market_id = await world.market(await world.treasury())
    await world.edit(market_id, Edit(title="Will it snow?", category="weather", closes_at=LATER), actor)
    (record,) = await logged(world)
    assert (record.action, record.subject_id) == (AdminAction.MARKET_EDITED, market_id)
    assert record.before == {"title": "Will it rain?", "closes_at": (START + OPEN_FOR).isoformat()}
    assert record.after == {"title": "Will it snow?", "closes_at": LATER.isoformat()}


@pytest.mark.parametrize("paused", [False, True])
async def test_text_and_closing_time_of_a_market_that_trades(world: World, paused: bool) -> None:
    actor = await an_admin(world)
    market_id = await world.market(await world.treasury())
    if paused:
        await world.change.pause(market_id)
    before = await world.queries.market(market_id)
    terms = Edit("Will it snow?", "At night.", "winter", closes_at=LATER)
    assert await world.edit(market_id, terms, actor) == replace(before.market, closes_at=LATER)
    after = await world.queries.market(market_id)
    assert (after.listing.title, after.listing.probability, after.book) == ("Will it snow?", 600_000, before.book)
    for fixed in (Edit(probability=250_000), Edit(fee_bps=100), Edit(lp_fee_bps=2_500)):
        await assert_refused(world, world.edit(market_id, fixed, actor), Conflict, "TERMS_FIXED")
    same = Edit(probability=600_000, fee_bps=200, lp_fee_bps=5_000)
    assert await world.edit(market_id, same, actor) == after.market
    assert await actions(world) == [AdminAction.MARKET_EDITED]


async def test_a_later_closing_time_lets_trading_go_on(world: World) -> None:
    actor, market_id = await an_admin(world), await world.market(await world.treasury())
    world.clock.advance(OPEN_FOR)
    user = await world.user("ada")
    await assert_refused(world, world.place(user, market_id, Buy(Outcome.YES, POINT)), Conflict, "MARKET_CLOSED")
    await world.edit(market_id, Edit(closes_at=LATER), actor)
    assert (await world.place(user, market_id, Buy(Outcome.YES, POINT))).entry.seq == 2


async def test_what_an_edit_refuses(world: World) -> None:
    actor, market_id = await an_admin(world), await world.draft(await world.treasury())
    soon = START + timedelta(seconds=1)
    refused: list[tuple[MarketId, Edit, type[PresageError], str]] = [
        (market_id, Edit(closes_at=START), Invalid, "CLOSES_IN_THE_PAST"),
        (market_id, Edit(closes_at=soon.replace(tzinfo=None)), Invalid, "TIME_WITHOUT_ZONE"),
        (market_id, Edit(closes_at=END_OF_TIME), Invalid, "TIME_TOO_LATE"),
        (market_id, Edit(closes_at=datetime.max.replace(tzinfo=UTC)), Invalid, "TIME_TOO_LATE"),
        (market_id, Edit(title=" "), Invalid, "TEXT_LENGTH"),
        (market_id, Edit(probability=1), Invalid, "PROBABILITY_OUT_OF_BOUNDS"),
        (market_id, Edit(fee_bps=1_001), Invalid, "FEE_OUT_OF_BOUNDS"),
        (MarketId(UUID(int=404)), Edit(title="Other?"), NotFound, "MARKET_NOT_FOUND"),
    ]
    for named, edit, kind, code in refused:
        await assert_refused(world, world.edit(named, edit, actor), kind, code)
    with pytest.raises(Invalid) as empty:
        Edit()
    assert empty.value.code == "EDIT_EMPTY"


async def test_a_market_may_close_just_before_the_end_of_time(world: World) -> None:
    actor, market_id = await an_admin(world), await world.draft(await world.treasury())
    last = END_OF_TIME - timedelta(microseconds=1)
    edited = await world.edit(market_id, Edit(closes_at=last), actor)
    assert (await world.queries.market(market_id)).market == edited
    assert edited.closes_at == last


@pytest.mark.parametrize("result", [Outcome.YES, None])
async def test_a_market_that_has_ended_stays_as_it_is(world: World, result: Outcome | None) -> None:
    actor, market_id = await an_admin(world), await world.market(await world.treasury())
    await (world.change.resolve(market_id, result) if result else world.change.cancel(market_id))
    await assert_refused(world, world.edit(market_id, Edit(title="Other?"), actor), Conflict, "MARKET_STATUS")


async def test_editing_while_it_is_resolved(world: World) -> None:
    """Whichever comes second sees what the first did: no edit undoes a result."""
    actor, market_id = await an_admin(world), await world.market(await world.treasury())
    edits = [world.edit(market_id, Edit(closes_at=LATER + timedelta(days=day)), actor) for day in range(4)]
    ended = world.change.resolve(market_id, Outcome.YES, actor)
    answers = await asyncio.gather(*edits[:2], ended, *edits[2:], return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, PresageError)]
    assert {(type(error), error.code) for error in refused} <= {(Conflict, "MARKET_STATUS")}
    done = await logged(world)
    assert len(done) == 5 - len(refused)
    assert done[-1].action is AdminAction.MARKET_RESOLVED
    market = (await world.queries.market(market_id)).market
    assert (market.status, market.outcome) == (Status.RESOLVED, Outcome.YES)
    assert market.closes_at.isoformat() == done[-1].after["closes_at"] == done[-1].before["closes_at"]


async def test_two_approvals_at_once_are_one(world: World) -> None:
    actor, market_id = await an_admin(world), await world.draft(await world.treasury())
    answers = await asyncio.gather(
        *(world.approve(market_id, 100 * POINT, actor) for _ in range(2)), return_exceptions=True
    )
    (refused,) = [answer for answer in answers if isinstance(answer, PresageError)]
    assert refused.code == "MARKET_STATUS"
    assert await actions(world) == [AdminAction.MARKET_APPROVED]
    assert (await world.queries.market(market_id)).book.collateral == 100 * POINT
    assert discrepancies(await world.tables()) == []
