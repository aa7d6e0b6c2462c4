"""A market's life: proposed, approved, paused, resumed, closed, resolved or cancelled."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.accounts.user import Role
from domain.shared.errors import Conflict, Invalid, NotFound, PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_AMOUNT, POINT
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import GENESIS, Action
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from domain.trading.orders import Buy
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import OPEN_FOR, World
from tests.fakes.world import START
from tests.support import discrepancies

UNKNOWN = MarketId(UUID(int=404))
Step = Callable[[World, MarketId], Awaitable[object]]

STEPS: dict[str, Step] = {
    "approve": lambda world, market_id: world.approve(market_id, POINT),
    "pause": lambda world, market_id: world.change.pause(market_id),
    "resume": lambda world, market_id: world.change.resume(market_id),
    "close": lambda world, market_id: world.change.close(market_id),
    "resolve": lambda world, market_id: world.change.resolve(market_id, Outcome.YES),
    "cancel": lambda world, market_id: world.change.cancel(market_id),
}
ALLOWED = {
    Status.DRAFT: {"approve", "cancel"},
    Status.ACTIVE: {"pause", "close", "resolve", "cancel"},
    Status.PAUSED: {"resume", "close", "resolve", "cancel"},
    Status.RESOLVED: set(),
    Status.CANCELLED: set(),
}
PATHS: dict[Status, list[str]] = {
    Status.DRAFT: [],
    Status.ACTIVE: ["approve"],
    Status.PAUSED: ["approve", "pause"],
    Status.RESOLVED: ["approve", "resolve"],
    Status.CANCELLED: ["approve", "cancel"],
}


async def test_a_proposed_market_is_a_draft_without_a_pool(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.draft(treasury, fee_bps=150, lp_fee_bps=2_500)
    view = await world.queries.market(market_id)
    assert view.market == Market(market_id, Status.DRAFT, START + OPEN_FOR, 150, 2_500)
    assert view.listing == Listing("Will it rain?", "At noon.", "weather", 600_000)
    assert (view.created_at, view.probability) == (START, None)
    assert (view.book.pool, view.book.seq, view.book.head) == (None, 0, GENESIS)


async def test_approval_opens_the_pool_with_the_treasurys_points(world: World) -> None:
    treasury = await world.treasury(points=3_000)
    market_id = await world.draft(treasury)
    assert (await world.approve(market_id, 900 * POINT)).status is Status.ACTIVE
    view = await world.queries.market(market_id)
    # The larger reserve is the whole amount, the other 900 · 0.4 / 0.6; the sets' other 300 NO are the treasury's.
    assert view.book.pool == Pool(600 * POINT, 900 * POINT)
    assert (view.probability, view.book.collateral, view.book.lp_supply) == (600_000, 900 * POINT, 900 * POINT)
    (entry,) = await world.queries.entries(market_id, 10)
    assert (entry.action, entry.user_id, entry.amount_in) == (Action.ADD_LIQUIDITY, treasury, 900 * POINT)
    assert (entry.key, entry.executed_at) == (None, START)
    portfolio = await world.queries.portfolio(treasury)
    (line,) = portfolio.lines
    assert (portfolio.balance, line.position.yes, line.stake.shares) == (2_100 * POINT, 300 * POINT, 900 * POINT)
    assert discrepancies(await world.tables()) == []


@pytest.mark.parametrize("status", Status)
async def test_only_the_steps_of_its_status_are_allowed(world: World, status: Status) -> None:
    treasury = await world.treasury()
    for name, step in STEPS.items():
        market_id = await world.draft(treasury)
        for before in PATHS[status]:
            await STEPS[before](world, market_id)
        if name in ALLOWED[status]:
            await step(world, market_id)
        else:
            refusal = await assert_refused(world, step(world, market_id), Conflict, "MARKET_STATUS")
            assert refusal.details == {"status": status}


async def test_pause_stops_trading_and_resume_lets_it_go_on(world: World) -> None:
    market_id = await world.market(await world.treasury())
    user = await world.user("ada")
    assert (await world.change.pause(market_id)).status is Status.PAUSED
    await assert_refused(world, world.place(user, market_id, Buy(Outcome.YES, POINT)), Conflict, "MARKET_PAUSED")
    assert (await world.change.resume(market_id)).status is Status.ACTIVE
    assert (await world.place(user, market_id, Buy(Outcome.YES, POINT))).entry.seq == 2


async def test_close_ends_trading_at_once_and_never_later_than_before(world: World) -> None:
    market_id = await world.market(await world.treasury())
    world.clock.advance(timedelta(hours=1))
    assert (await world.change.close(market_id)).closes_at == START + timedelta(hours=1)
    world.clock.advance(timedelta(hours=1))
    assert (await world.change.close(market_id)).closes_at == START + timedelta(hours=1)
    assert (await world.queries.market(market_id)).market.closes_at == START + timedelta(hours=1)


async def test_a_market_closes_by_itself_at_its_very_time(world: World) -> None:
    market_id = await world.market(await world.treasury())
    user = await world.user("ada")
    world.clock.advance(OPEN_FOR - timedelta(microseconds=1))
    assert (await world.place(user, market_id, Buy(Outcome.YES, POINT))).entry.executed_at == world.clock.now()
    world.clock.advance(timedelta(microseconds=1))
    await assert_refused(world, world.place(user, market_id, Buy(Outcome.YES, POINT)), Conflict, "MARKET_CLOSED")


@pytest.mark.parametrize("outcome", Outcome)
async def test_resolving_fixes_the_outcome(world: World, outcome: Outcome) -> None:
    market_id = await world.market(await world.treasury())
    await world.change.close(market_id)
    await world.change.resolve(market_id, outcome)
    market = (await world.queries.market(market_id)).market
    assert (market.status, market.outcome, market.settled) == (Status.RESOLVED, outcome, False)


async def test_an_unknown_market_is_not_found(world: World) -> None:
    await world.treasury()
    for step in STEPS.values():
        await assert_refused(world, step(world, UNKNOWN), NotFound, "MARKET_NOT_FOUND")


async def test_what_approval_refuses(world: World) -> None:
    treasury = await world.treasury(points=1_000)
    market_id = await world.draft(treasury)
    for points, kind, code in (
        (0, Invalid, "AMOUNT_OUT_OF_BOUNDS"),
        (MAX_AMOUNT + 1, Invalid, "AMOUNT_OUT_OF_BOUNDS"),
        (1.5, Invalid, "AMOUNT_NOT_INTEGER"),
        (1, Invalid, "LIQUIDITY_TOO_SMALL"),
        (1_000 * POINT + 1, Conflict, "INSUFFICIENT_POINTS"),
    ):
        await assert_refused(world, world.approve(market_id, points), kind, code)  # type: ignore[arg-type]
    world.clock.advance(OPEN_FOR)
    await assert_refused(world, world.approve(market_id, POINT), Conflict, "MARKET_CLOSED")


async def test_what_a_proposal_refuses(world: World) -> None:
    treasury = await world.treasury()
    market_id = await world.draft(treasury)
    listing, soon = Listing("Again?"), START + timedelta(seconds=1)
    for title in ("", "t" * 301, "a\0b", "\ud800"):
        with pytest.raises(Invalid):
            Listing(title)
    for closes_at, name, kind, code in (
        (START, None, Invalid, "CLOSES_IN_THE_PAST"),
        (soon.replace(tzinfo=None), None, Invalid, "TIME_WITHOUT_ZONE"),
        (soon, market_id, Conflict, "MARKET_EXISTS"),
    ):
        proposal = world.open_market(listing, closes_at, treasury, market_id=name)
        await assert_refused(world, proposal, kind, code)


async def test_no_market_opens_without_a_treasury(world: World) -> None:
    user: UserId = await world.user("ada", role=Role.ADMIN)
    market_id = await world.draft(user)
    refusal: PresageError = await assert_refused(world, world.approve(market_id, POINT), NotFound, "TREASURY_NOT_FOUND")
    assert "treasury" in refusal.message
