"""Markets that users propose: within bounds, withdrawn by themselves, approved or refused by an administrator."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.shared.administration import Actor
from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, PresageError
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from domain.trading.proposal import LONGEST, MAX_DRAFTS, SHORTEST
from tests.behaviour.acting import an_admin
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START
from tests.support import discrepancies

LISTING = Listing("Will it rain?", "At noon.", "weather", 600_000)
NOWHERE, NOBODY = MarketId(UUID(int=404)), UserId(UUID(int=405))
TICK = timedelta(microseconds=1)


async def propose(world: World, user: UserId, closes_at: datetime = START + timedelta(days=1)) -> MarketId:
    return (await world.propose(LISTING, closes_at, user)).id


async def test_a_proposal_waits_with_the_fees_of_the_exchange(world: World) -> None:
    user = await world.user("ada")
    market_id = await propose(world, user)
    proposal = await world.proposals.proposal(market_id)
    assert proposal.market == Market(market_id, Status.DRAFT, START + timedelta(days=1), 200, 5_000)
    assert (proposal.listing, proposal.created_at, proposal.refusal) == (LISTING, START, None)
    assert (proposal.proposed_by, proposal.proposer) == (user, "ada")
    await assert_refused(world, world.proposals.proposal(NOWHERE), NotFound, "MARKET_NOT_FOUND")


async def test_a_closing_time_has_its_bounds(world: World) -> None:
    user = await world.user("ada")
    for closes_at in (START + SHORTEST, START + LONGEST):
        await propose(world, user, closes_at)
    for closes_at in (
        START,
        START + SHORTEST - TICK,
        START + LONGEST + TICK,
        datetime.max.replace(tzinfo=UTC),
    ):
        refusal = await assert_refused(world, propose(world, user, closes_at), Invalid, "CLOSES_OUT_OF_BOUNDS")
        assert refusal.details["earliest"] == (START + SHORTEST).isoformat()
    naive = START.replace(tzinfo=None) + timedelta(days=1)
    await assert_refused(world, propose(world, user, naive), Invalid, "TIME_WITHOUT_ZONE")


async def test_only_an_active_account_proposes(world: World) -> None:
    user = await world.user("ada")
    await world.deactivate(user)
    await assert_refused(world, propose(world, user), Forbidden, "ACCOUNT_INACTIVE")
    await assert_refused(world, propose(world, NOBODY), NotFound, "USER_NOT_FOUND")


async def test_only_so_many_wait_at_a_time_however_fast_they_come(world: World) -> None:
    await world.treasury()
    user, other = await world.user("ada"), await world.user("bo")
    answers = await asyncio.gather(*(propose(world, user) for _ in range(MAX_DRAFTS + 5)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, PresageError)]
    assert [error.code for error in refused] == ["TOO_MANY_DRAFTS"] * 5
    waiting = await world.proposals.proposals(100, proposer=user, status=Status.DRAFT)
    assert len(waiting) == MAX_DRAFTS
    await propose(world, other)
    await world.withdraw(waiting[0].market.id, user)
    await world.approve(waiting[1].market.id, 10 * POINT)
    for _ in range(2):
        await propose(world, user)
    await assert_refused(world, propose(world, user), Conflict, "TOO_MANY_DRAFTS")


async def test_a_proposer_may_withdraw_his_draft(world: World) -> None:
    user, other = await world.user("ada"), await world.user("bo")
    market_id = await propose(world, user)
    await assert_refused(world, world.withdraw(market_id, other), Forbidden, "NOT_YOUR_PROPOSAL")
    await assert_refused(world, world.withdraw(NOWHERE, user), NotFound, "MARKET_NOT_FOUND")
    market = await world.withdraw(market_id, user)
    assert (market.status, market.settled) == (Status.CANCELLED, True)
    assert (await world.queries.market(market_id)).market == market
    await assert_refused(world, world.withdraw(market_id, user), Conflict, "MARKET_STATUS")


async def test_a_proposal_that_trades_is_no_longer_the_proposers(world: World) -> None:
    await world.treasury()
    user = await world.user("ada")
    market_id = await propose(world, user)
    await world.approve(market_id, 10 * POINT)
    await assert_refused(world, world.withdraw(market_id, user), Conflict, "MARKET_STATUS")


async def test_a_refused_proposal_says_why(world: World) -> None:
    await world.treasury()
    user, admin = await world.user("ada"), (await an_admin(world)).admin_id
    market_id, withdrawn = await propose(world, user), await propose(world, user)
    await world.withdraw(withdrawn, user)
    await world.change.cancel(market_id, Actor(admin, "Say which place."))
    found = await world.proposals.proposals(10, proposer=user)
    assert [(each.market.id, each.market.status, each.refusal) for each in found] == [
        (withdrawn, Status.CANCELLED, None),
        (market_id, Status.CANCELLED, "Say which place."),
    ]
    assert discrepancies(await world.tables()) == []


async def test_withdrawing_while_it_is_approved(world: World) -> None:
    await world.treasury()
    user = await world.user("ada")
    market_id = await propose(world, user)
    answers = await asyncio.gather(
        world.withdraw(market_id, user), world.approve(market_id, 10 * POINT), return_exceptions=True
    )
    (refused,) = [answer for answer in answers if isinstance(answer, PresageError)]
    assert refused.code == "MARKET_STATUS"
    market = (await world.queries.market(market_id)).market
    assert market in answers
    assert discrepancies(await world.tables()) == []


async def test_proposals_are_listed_from_the_newest_on(world: World) -> None:
    ada, bo = await world.user("ada"), await world.user("bo")
    mine = [await propose(world, ada) for _ in range(3)]
    other = await propose(world, bo)
    await world.withdraw(mine[1], ada)

    async def listed(limit: int, **wanted: object) -> list[MarketId]:
        return [each.market.id for each in await world.proposals.proposals(limit, **wanted)]  # type: ignore[arg-type]

    assert await listed(10) == [other, *reversed(mine)]
    assert await listed(2) == [other, mine[2]]
    assert await listed(2, before=mine[2]) == [mine[1], mine[0]]
    assert await listed(10, proposer=bo) == [other]
    assert await listed(10, status=Status.DRAFT) == [other, mine[2], mine[0]]
    assert await listed(10, proposer=ada, status=Status.CANCELLED) == [mine[1]]
