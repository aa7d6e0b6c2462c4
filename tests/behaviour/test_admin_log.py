"""Everything that administrators do is recorded with it, or not done at all."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.change_user import ChangeUser
from application.accounts.grant_points import GrantPoints
from application.shared.administration import RecordsOf
from application.shared.store import StoreBusy, StoreError
from application.trading.approve_market import ApproveMarket
from application.trading.change_market import ChangeMarket
from application.trading.edit_market import EditMarket
from application.trading.settle_market import SettleMarket
from application.trading.sweep_fees import SweepFees
from domain.accounts.user import Role
from domain.shared.administration import Actor, AdminAction, AdminRecord, Subject
from domain.shared.errors import Conflict
from domain.shared.ids import MarketId, RecordId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.edit import Edit
from domain.trading.orders import Buy
from tests.behaviour.acting import actions, an_admin, id_of, logged
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import OPEN_FOR, World
from tests.fakes.faults import Faults, faulty
from tests.fakes.world import START
from tests.support import discrepancies

CLOSES = (START + OPEN_FOR).isoformat()
ACTIVE = {"status": "ACTIVE", "closes_at": CLOSES, "outcome": None, "settled": False}


class SameId:
    """Implements the Ids port with one id for everything."""

    def new(self) -> UUID:
        return UUID(int=7)


async def traded(world: World) -> MarketId:
    """A market on which a user paid fees."""
    market_id = await world.market(await world.treasury())
    await world.place(await world.user("ada"), market_id, Buy(Outcome.YES, 100 * POINT))
    return market_id


async def test_the_whole_life_of_a_market_is_told(world: World) -> None:
    actor = await an_admin(world)
    market_id = await world.draft(await world.treasury())
    await world.approve(market_id, 900 * POINT, actor)
    await world.place(await world.user("ada"), market_id, Buy(Outcome.YES, 100 * POINT))
    await world.change.pause(market_id, actor)
    await world.change.resume(market_id, actor)
    await world.sweep(market_id, actor)
    world.clock.advance(timedelta(hours=1))
    await world.change.close(market_id, actor)
    await world.change.resolve(market_id, Outcome.YES, actor)
    assert await world.settle.part(market_id, 10, actor)
    closed = ACTIVE | {"closes_at": world.clock.now().isoformat()}
    resolved = closed | {"status": "RESOLVED", "outcome": "YES"}
    assert [(record.action, record.before, record.after) for record in await logged(world)] == [
        (AdminAction.MARKET_APPROVED, ACTIVE | {"status": "DRAFT"}, ACTIVE | {"liquidity": "900000000"}),
        (AdminAction.MARKET_PAUSED, ACTIVE, ACTIVE | {"status": "PAUSED"}),
        (AdminAction.MARKET_RESUMED, ACTIVE | {"status": "PAUSED"}, ACTIVE),
        (AdminAction.MARKET_SWEPT, {"vault_fees": "1000000"}, {"vault_fees": "0"}),
        (AdminAction.MARKET_CLOSED, ACTIVE, closed),
        (AdminAction.MARKET_RESOLVED, closed, resolved),
        (AdminAction.MARKET_SETTLED, resolved, resolved | {"settled": True}),
    ]
    assert all(record.actor == actor and record.subject_id == market_id for record in await logged(world))
    assert discrepancies(await world.tables()) == []


async def test_a_record_reads_as_it_was_written(world: World) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    world.clock.advance(timedelta(minutes=5))
    await world.change.cancel(market_id, actor)
    (found,) = await world.records.records(RecordsOf(), 10)
    record = found.record
    after = ACTIVE | {"status": "CANCELLED"}
    assert record == AdminRecord(
        record.id, world.clock.now(), actor, AdminAction.MARKET_CANCELLED, market_id, ACTIVE, after
    )
    assert (found.admin, record.action.subject) == ("root", Subject.MARKET)


async def test_what_the_exchange_does_by_itself_is_not_recorded(world: World) -> None:
    market_id = await traded(world)
    await world.sweep(market_id)
    await world.change.resolve(market_id, Outcome.NO)
    await world.settle(market_id)
    assert await logged(world) == []


async def test_a_refused_action_is_not_recorded(world: World) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    await assert_refused(world, world.approve(market_id, POINT, actor), Conflict, "MARKET_STATUS")
    await assert_refused(world, world.change.resume(market_id, actor), Conflict, "MARKET_STATUS")
    await assert_refused(world, world.settle.part(market_id, 1, actor), Conflict, "MARKET_NOT_ENDED")
    assert await logged(world) == []


async def test_nothing_to_sweep_or_to_settle_is_not_recorded(world: World) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    assert await world.sweep(market_id, actor) > 0
    assert await world.sweep(market_id, actor) == 0
    await world.change.cancel(market_id, actor)
    assert await world.settle.part(market_id, 10, actor)
    assert await world.settle.part(market_id, 10, actor)
    assert (await actions(world))[1:] == [AdminAction.MARKET_CANCELLED, AdminAction.MARKET_SETTLED]


async def test_settlement_in_parts_is_recorded_when_it_ends(world: World) -> None:
    actor, market_id = await an_admin(world), await traded(world)
    await world.change.resolve(market_id, Outcome.YES, actor)
    settle = world.settle_by(1)
    parts: list[bool] = []
    while not parts or not parts[-1]:
        parts.append(await settle.part(market_id, 1, actor))
    assert parts == [False, False, False, True]
    assert await actions(world) == [AdminAction.MARKET_RESOLVED, AdminAction.MARKET_SETTLED]
    assert discrepancies(await world.tables()) == []


async def test_grants_are_recorded_once_for_their_key(world: World) -> None:
    actor, user = await an_admin(world), await world.user("ada", points=5)
    granted = await world.grant.by(actor, user, 7 * POINT, "march")
    assert not granted.repeated
    after = await world.tables()
    assert await world.grant.by(actor, user, 7 * POINT, "march") == (granted.grant, True)
    assert await world.tables() == after
    await assert_refused(world, world.grant.by(actor, user, POINT, "march"), Conflict, "IDEMPOTENCY_CONFLICT")
    (record,) = await logged(world)
    assert (record.action, record.subject_id) == (AdminAction.USER_GRANTED, user)
    assert record.before == {"balance": "5000000"}
    assert "march" not in granted.grant.reference
    made = granted.grant
    assert record.after == {"balance": "12000000", "grant_id": str(made.id), "reference": made.reference}
    assert discrepancies(await world.tables()) == []


Act = Callable[["Doing"], Awaitable[object]]


@dataclass(frozen=True)
class Doing:
    """The use cases over a store that fails, or with ids that do."""

    world: World
    actor: Actor
    draft: MarketId
    market: MarketId
    ended: MarketId
    user: UserId
    approve: ApproveMarket
    change: ChangeMarket
    edit: EditMarket
    sweep: SweepFees
    settle: SettleMarket
    grant: GrantPoints
    change_user: ChangeUser


ACTS: dict[AdminAction, Act] = {
    AdminAction.MARKET_APPROVED: lambda on: on.approve(on.draft, POINT, on.actor),
    AdminAction.MARKET_EDITED: lambda on: on.edit(on.market, Edit(title="Another?"), on.actor),
    AdminAction.MARKET_PAUSED: lambda on: on.change.pause(on.market, on.actor),
    AdminAction.MARKET_CLOSED: lambda on: on.change.close(on.market, on.actor),
    AdminAction.MARKET_RESOLVED: lambda on: on.change.resolve(on.market, Outcome.NO, on.actor),
    AdminAction.MARKET_CANCELLED: lambda on: on.change.cancel(on.draft, on.actor),
    AdminAction.MARKET_SETTLED: lambda on: on.settle.part(on.ended, 1, on.actor),
    AdminAction.MARKET_SWEPT: lambda on: on.sweep(on.market, on.actor),
    AdminAction.USER_GRANTED: lambda on: on.grant.by(on.actor, on.user, POINT, "key"),
    AdminAction.USER_DEACTIVATED: lambda on: on.change_user.deactivate(on.user, on.actor),
    AdminAction.USER_ROLE_CHANGED: lambda on: on.change_user.change_role(on.user, Role.ADMIN, on.actor),
}


async def doing(world: World, faults: Faults, ids: SameId) -> Doing:
    actor, market = await an_admin(world), await traded(world)
    draft, ended, user = await world.draft(id_of(actor)), await world.draft(id_of(actor)), await world.user("bo")
    await world.change.cancel(ended)
    failing, clock = faulty(world.transactions, faults), world.clock
    return Doing(
        world, actor, draft, market, ended, user,
        ApproveMarket(failing, clock, ids, world.queue), ChangeMarket(failing, clock, ids, world.queue),
        EditMarket(failing, clock, ids, world.queue),
        SweepFees(failing, clock, ids), SettleMarket(failing, clock, ids),
        GrantPoints(world.transactions, clock, ids), ChangeUser(world.transactions, clock, ids),
    )  # fmt: skip


@pytest.mark.parametrize("action", ACTS)
async def test_a_record_that_cannot_be_written_undoes_what_it_records(world: World, action: AdminAction) -> None:
    """The second record with the same id is refused by its key."""
    on = await doing(world, Faults(), SameId())
    taken = on.actor.record(UUID(int=7), START, AdminAction.USER_GRANTED, on.user, {}, {})
    async with world.transactions() as transaction:
        await transaction.admin_log.add(taken)
        await transaction.commit()
    before = await world.tables()
    with pytest.raises(StoreError):
        await ACTS[action](on)
    assert await world.tables() == before


@pytest.mark.parametrize("action", [action for action in ACTS if action.subject is Subject.MARKET])
async def test_a_change_that_is_not_committed_leaves_no_record(world: World, action: AdminAction) -> None:
    async def cut() -> None:
        raise StoreBusy("cut")

    on = await doing(world, Faults(before_commit=cut), SameId())
    before = await world.tables()
    with suppress(StoreBusy):
        await ACTS[action](on)
    assert await world.tables() == before


@pytest.mark.parametrize("action", ACTS)
async def test_the_same_without_a_failure_is_done_and_recorded(world: World, action: AdminAction) -> None:
    on = await doing(world, Faults(), SameId())
    before = await world.tables()
    await ACTS[action](on)
    after = await world.tables()
    assert {table for table in after if after[table] != before[table]} > {"admin_actions"}
    assert await actions(world) == [action]
    assert discrepancies(after) == []


async def test_the_log_by_who_what_and_about_whom(world: World) -> None:
    root, other = await an_admin(world), await an_admin(world, "other")
    ada, bo = await world.user("ada"), await world.user("bo")
    await world.change_user.deactivate(ada, root)
    await world.change_user.activate(ada, other)
    await world.change_user.deactivate(bo, other)
    await world.appoint("bo", Role.USER, "Nothing to do.")
    await world.appoint("ada", Role.ADMIN, "By hand.")
    told = await logged(world)
    assert [record.subject_id for record in told] == [ada, ada, bo, ada]
    assert await logged(world, RecordsOf(admin_id=id_of(other))) == told[1:3]
    assert await logged(world, RecordsOf(action=AdminAction.USER_DEACTIVATED)) == [told[0], told[2]]
    assert await logged(world, RecordsOf(subject_id=bo)) == told[2:3]
    assert await logged(world, RecordsOf(id_of(root), AdminAction.USER_ACTIVATED)) == []
    (by_hand,) = await world.records.records(RecordsOf(), 1)
    assert (by_hand.record, by_hand.admin, by_hand.record.actor.admin_id) == (told[3], None, None)


async def test_pages_of_the_log_follow_each_other(world: World) -> None:
    actor, user = await an_admin(world), await world.user("ada")
    for number in range(5):
        await world.grant.by(actor, user, POINT, str(number))
    seen: list[RecordId] = []
    while page := await world.records.records(RecordsOf(), 2, seen[-1] if seen else None):
        seen += [each.record.id for each in page]
    assert seen == [record.id for record in reversed(await logged(world))]
    assert len(seen) == 5
