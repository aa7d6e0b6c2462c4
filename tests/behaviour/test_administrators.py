"""Who administers: accounts activated, deactivated and given roles, and the last administrator who stays."""

import asyncio
from uuid import UUID

from application.accounts.directory import UsersWith
from domain.accounts.user import Role, User
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict, Forbidden, NotFound, PresageError
from domain.shared.ids import UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy
from tests.behaviour.acting import actions, an_admin, id_of, logged
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START
from tests.support import discrepancies

NOBODY = UserId(UUID(int=404))


async def user_of(world: World, user_id: UserId) -> User:
    return (await world.directory.account(user_id)).user


async def test_a_deactivated_account_trades_no_more_until_it_is_activated(world: World) -> None:
    actor, market_id = await an_admin(world), await world.market(await world.treasury())
    user = await world.user("ada")
    assert not (await world.change_user.deactivate(user, actor)).active
    await assert_refused(world, world.place(user, market_id, Buy(Outcome.YES, POINT)), Forbidden, "ACCOUNT_INACTIVE")
    assert (await world.change_user.activate(user, actor)).active
    assert (await world.place(user, market_id, Buy(Outcome.YES, POINT))).entry.seq == 2
    shut, opened = await logged(world)
    assert (shut.action, shut.subject_id) == (AdminAction.USER_DEACTIVATED, user)
    assert (opened.action, opened.before) == (AdminAction.USER_ACTIVATED, {"role": "user", "active": False})
    assert opened.after == shut.before == {"role": "user", "active": True}
    assert discrepancies(await world.tables()) == []


async def test_a_role_is_given_and_taken(world: World) -> None:
    actor, user = await an_admin(world), await world.user("ada", points=3)
    assert await world.change_user.change_role(user, Role.ADMIN, actor) == User(user, "ada", Role.ADMIN, 3 * POINT)
    assert (await user_of(world, user)).role is Role.ADMIN
    assert (await world.change_user.change_role(user, Role.USER, actor)).role is Role.USER
    given, taken = await logged(world)
    assert given.action is taken.action is AdminAction.USER_ROLE_CHANGED
    assert given.after == taken.before == {"role": "admin", "active": True}


async def test_a_change_to_what_is_already_leaves_everything_as_it_was(world: World) -> None:
    actor, user = await an_admin(world), await world.user("ada")
    before = await world.tables()
    await world.change_user.activate(user, actor)
    await world.change_user.change_role(user, Role.USER, actor)
    await world.change_user.change_role(id_of(actor), Role.ADMIN, actor)
    assert await world.tables() == before


async def test_what_administrators_may_not_do(world: World) -> None:
    actor, treasury, user = await an_admin(world), await world.treasury(), await world.user("ada")
    await world.change_user.deactivate(user, actor)
    change = world.change_user
    for asked, kind, code in (
        (change.deactivate(id_of(actor), actor), Forbidden, "OWN_ACCOUNT"),
        (change.deactivate(treasury, actor), Forbidden, "TREASURY_FIXED"),
        (change.change_role(treasury, Role.USER, actor), Forbidden, "TREASURY_FIXED"),
        (change.change_role(user, Role.TREASURY, actor), Forbidden, "TREASURY_FIXED"),
        (change.change_role(user, Role.ADMIN, actor), Conflict, "USER_INACTIVE"),
        (change.change_role(id_of(actor), Role.USER, actor), Conflict, "LAST_ADMIN"),
        (change.activate(NOBODY, actor), NotFound, "USER_NOT_FOUND"),
    ):
        await assert_refused(world, asked, kind, code)


async def test_an_administrator_who_is_none_any_more_changes_nobody(world: World) -> None:
    """His request was let in before, or the command line made him a user meanwhile."""
    root, other, user = await an_admin(world), await an_admin(world, "other"), await world.user("ada")
    await world.change_user.change_role(id_of(other), Role.USER, root)
    await assert_refused(world, world.change_user.deactivate(user, other), Forbidden, "ADMIN_ONLY")
    await assert_refused(world, world.change_user.deactivate(id_of(root), other), Forbidden, "ADMIN_ONLY")
    third = await an_admin(world, "third")
    await world.change_user.deactivate(id_of(third), root)
    await assert_refused(world, world.change_user.activate(id_of(third), third), Forbidden, "ADMIN_ONLY")


async def test_two_who_demote_each_other_at_once_are_one_in_the_end(world: World) -> None:
    one, two = await an_admin(world, "one"), await an_admin(world, "two")
    answers = await asyncio.gather(
        world.change_user.change_role(id_of(two), Role.USER, one),
        world.change_user.change_role(id_of(one), Role.USER, two),
        return_exceptions=True,
    )
    (refused,) = [answer for answer in answers if isinstance(answer, PresageError)]
    assert refused.code == "ADMIN_ONLY"
    assert len(await world.directory.accounts(UsersWith(role=Role.ADMIN, active=True), 10)) == 1
    assert await actions(world) == [AdminAction.USER_ROLE_CHANGED]


async def test_many_who_all_leave_at_once_leave_one_behind(world: World) -> None:
    admins = [await an_admin(world, f"admin {number}") for number in range(5)]
    answers = await asyncio.gather(
        *(world.change_user.change_role(id_of(actor), Role.USER, actor) for actor in admins), return_exceptions=True
    )
    (refused,) = [answer for answer in answers if isinstance(answer, PresageError)]
    assert refused.code == "LAST_ADMIN"
    assert len(await world.directory.accounts(UsersWith(role=Role.ADMIN), 10)) == 1


async def test_the_operator_makes_the_first_administrator_and_unmakes_the_last(world: World) -> None:
    user = await world.user("ada")
    assert (await world.appoint("ada", Role.ADMIN, "The first.")).role is Role.ADMIN
    assert (await world.appoint("ada", Role.USER, "Left.")).role is Role.USER
    assert [record.actor for record in await logged(world)] == [Actor(None, "The first."), Actor(None, "Left.")]
    assert (await user_of(world, user)).role is Role.USER
    await assert_refused(world, world.appoint("Ada", Role.ADMIN, "Misspelt."), NotFound, "USER_NOT_FOUND")
    await world.treasury()
    await assert_refused(world, world.appoint("treasury", Role.ADMIN, "No."), Forbidden, "TREASURY_FIXED")


async def test_accounts_change_while_they_trade(world: World) -> None:
    """Administrators trade too: their rows are locked in the same order by both."""
    market_id = await world.market(await world.treasury())
    admins = [await an_admin(world, f"admin {number}") for number in range(3)]
    users = [await world.user(f"user {number}") for number in range(3)]
    for actor in admins:
        await world.grant.by(actor, id_of(actor), 100 * POINT, "start")
    traders = [*map(id_of, admins), *users]
    orders = [world.order(user, market_id, Buy(Outcome.YES, POINT)) for _ in range(10) for user in traders]
    changes = [world.change_user.deactivate(user, actor) for actor, user in zip(admins, users, strict=True)]
    answers = await asyncio.gather(*map(world.desk.place, orders), *changes, return_exceptions=True)
    assert {getattr(answer, "code", None) for answer in answers} <= {None, "ACCOUNT_INACTIVE"}
    assert len(await world.directory.accounts(UsersWith(active=False), 10)) == 3
    assert discrepancies(await world.tables()) == []


async def test_accounts_are_found_by_role_state_and_handle(world: World) -> None:
    actor = await an_admin(world)
    handles = ("Ada Lovelace", "adam", "bo", "100%", "a_b", "Ælfric")
    users = {handle: await world.user(handle, points=2) for handle in handles}
    await world.change_user.deactivate(users["bo"], actor)

    async def found(wanted: UsersWith) -> list[str]:
        return [account.user.handle for account in await world.directory.accounts(wanted, 100)]

    assert await found(UsersWith()) == ["root", *handles]
    assert await found(UsersWith(role=Role.ADMIN)) == ["root"]
    assert await found(UsersWith(active=False)) == ["bo"]
    assert await found(UsersWith(text="ADA")) == ["Ada Lovelace", "adam"]
    assert await found(UsersWith(text="%")) == ["100%"]
    assert await found(UsersWith(text="_")) == ["a_b"]
    assert await found(UsersWith(Role.USER, True, "b")) == ["a_b"]
    account = await world.directory.account(users["bo"])
    assert (account.user, account.created_at) == (User(users["bo"], "bo", Role.USER, 2 * POINT, False), START)
    await assert_refused(world, world.directory.account(NOBODY), NotFound, "USER_NOT_FOUND")


async def test_pages_of_accounts_follow_each_other(world: World) -> None:
    users = [await world.user(str(number), points=0) for number in range(5)]
    seen: list[UserId] = []
    while page := await world.directory.accounts(UsersWith(), 2, seen[-1] if seen else None):
        seen += [account.user.id for account in page]
    assert seen == users


async def test_an_administrator_by_the_word_of_an_issuer(world: World) -> None:
    somebody, user = await world.user("somebody"), await world.user("ada")
    vouched = Actor(somebody, "The issuer says so.", vouched=True)
    assert not (await world.change_user.deactivate(user, vouched)).active
    assert [record.actor.admin_id for record in await logged(world)] == [somebody]
    own_role = await world.change_user.change_role(somebody, Role.ADMIN, vouched)
    assert (own_role.role, await actions(world)) == (
        Role.ADMIN,
        [AdminAction.USER_DEACTIVATED, AdminAction.USER_ROLE_CHANGED],
    )
    assert (await world.change_user.change_role(user, Role.USER, vouched)).role is Role.USER
    unvouched = Actor(user, "Nobody says so.")
    await assert_refused(world, world.change_user.activate(user, unvouched), Forbidden, "ADMIN_ONLY")
