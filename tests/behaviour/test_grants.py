"""Accounts and the points that they are granted."""

import asyncio
from uuid import UUID

import pytest

from domain.accounts.user import GrantReason, Role, User
from domain.shared.errors import Conflict, Invalid, NotFound
from domain.shared.ids import UserId
from domain.shared.money import MAX_AMOUNT, MAX_HOLDING, POINT
from tests.behaviour.paging import all_of
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START
from tests.support import discrepancies

GRANT, BONUS = GrantReason.ADMIN_GRANT, GrantReason.REGISTRATION_BONUS


async def test_signing_up_adds_a_user_without_points(world: World) -> None:
    user = await world.sign_up("ada")
    assert user == User(user.id, "ada", Role.USER, 0, True)
    portfolio = await world.queries.portfolio(user.id)
    assert (portfolio.user_id, portfolio.balance, list(portfolio.lines)) == (user.id, 0, [])
    chosen = UserId(UUID(int=7))
    assert (await world.sign_up("bo", user_id=chosen)).id == chosen


async def test_what_signing_up_refuses(world: World) -> None:
    ada = await world.sign_up("ada")
    await world.treasury()
    await assert_refused(world, world.sign_up("ada"), Conflict, "USER_EXISTS")
    await assert_refused(world, world.sign_up("eve", user_id=ada.id), Conflict, "USER_EXISTS")
    await assert_refused(world, world.sign_up("second", Role.TREASURY), Conflict, "USER_EXISTS")
    for handle in ("", "a" * 65, "a\nb", "a\0b", "\ud800"):
        await assert_refused(world, world.sign_up(handle), Invalid, "HANDLE")


async def test_a_grant_is_credited_once_for_its_reference(world: World) -> None:
    user = (await world.sign_up("ada")).id
    first = await world.grant(user, 500, GRANT, "march")
    assert (first.user_id, first.amount, first.granted_at) == (user, 500, START)
    after = await world.tables()
    assert await world.grant(user, 500, GRANT, "march") == first
    assert await world.tables() == after
    await world.grant(user, 500, GRANT, "april")
    assert (await world.queries.portfolio(user)).balance == 1_000
    assert discrepancies(await world.tables()) == []


async def test_fifty_grants_with_one_reference_at_once_are_one(world: World) -> None:
    user = (await world.sign_up("ada")).id
    grants = await asyncio.gather(*(world.grant(user, 500, GRANT, "march") for _ in range(50)))
    assert len(set(grants)) == 1
    assert (await world.queries.portfolio(user)).balance == 500


async def test_references_belong_to_their_user(world: World) -> None:
    ada, bo = (await world.sign_up("ada")).id, (await world.sign_up("bo")).id
    assert await world.grant(ada, 500, GRANT, "march") != await world.grant(bo, 600, BONUS, "march")
    assert (await world.queries.portfolio(bo)).balance == 600


async def test_what_granting_refuses(world: World) -> None:
    user = (await world.sign_up("ada")).id
    await world.grant(user, 500, GRANT, "march")
    for amount, reason in ((501, GRANT), (500, BONUS)):
        await assert_refused(world, world.grant(user, amount, reason, "march"), Conflict, "GRANT_CONFLICT")
    for bad, code in (
        (0, "AMOUNT_OUT_OF_BOUNDS"),
        (-1, "AMOUNT_OUT_OF_BOUNDS"),
        (MAX_AMOUNT + 1, "AMOUNT_OUT_OF_BOUNDS"),
        (0.5, "AMOUNT_NOT_INTEGER"),
    ):
        await assert_refused(world, world.grant(user, bad, GRANT, "x"), Invalid, code)  # type: ignore[arg-type]
    for reference in ("", "r" * 256, "a\0b", "\ud800"):
        await assert_refused(world, world.grant(user, 1, GRANT, reference), Invalid, "GRANT_REFERENCE")
    nobody = UserId(UUID(int=404))
    await assert_refused(world, world.grant(nobody, 1, GRANT, "x"), NotFound, "USER_NOT_FOUND")


async def test_a_balance_never_passes_its_bound(world: World) -> None:
    user = (await world.sign_up("ada")).id
    for number in range(MAX_HOLDING // MAX_AMOUNT):
        await world.grant(user, MAX_AMOUNT, GRANT, str(number))
    await assert_refused(world, world.grant(user, 1, GRANT, "more"), Invalid, "HOLDING_TOO_LARGE")


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_a_users_grants_newest_first(world: World, limit: int) -> None:
    ada, bo = await world.user("ada", points=0), await world.user("bo")
    made = [await world.grant(ada, POINT + number, GrantReason.ADMIN_GRANT, f"gift {number}") for number in range(3)]
    read = await all_of(lambda before: world.queries.grants(ada, limit, before), limit)
    assert read == made[::-1]
    assert len((await world.queries.grants(bo, 10)).items) == 1
    assert (await world.queries.grants(UserId(UUID(int=404)), 10)).items == []
