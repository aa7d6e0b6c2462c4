"""Registering: an account, what it signs in with and the bonus, or nothing at all."""

import asyncio

import pytest

from domain.accounts.user import GrantReason, Role
from domain.shared.errors import Conflict, Invalid
from tests.behaviour.people import BONUS, PASSWORD, People
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START
from tests.support import discrepancies

ADA = ("ada@example.org", PASSWORD, "ada")


async def test_a_registered_user(world: World, people: People) -> None:
    await people.register(" Ada@Example.org ", PASSWORD, "ada")
    tables = await world.tables()
    (user,), (credential,), (grant,) = tables["users"], tables["credentials"], tables["point_grants"]
    assert (user["handle"], user["role"], user["balance"], user["active"]) == ("ada", Role.USER, BONUS, True)
    assert (credential["user_id"], credential["email"]) == (user["id"], "ada@example.org")
    assert (grant["user_id"], grant["amount"]) == (user["id"], BONUS)
    assert (grant["reason"], grant["reference"]) == (GrantReason.REGISTRATION_BONUS, "registration")
    assert discrepancies(tables) == []
    profile = await people.profile(user["id"])
    assert (str(profile.email), profile.user.balance, profile.created_at) == ("ada@example.org", BONUS, START)


async def test_without_a_bonus(world: World) -> None:
    people = People(world, bonus=0)
    assert (await people.user("ada")).balance == 0
    assert (await world.tables())["point_grants"] == []


async def test_an_address_that_is_known_changes_nothing_and_is_answered_as_a_new_one(
    world: World, people: People
) -> None:
    await people.register(*ADA)
    before, work = await world.tables(), list(people.passwords.work)
    await people.register("ADA@example.org", "another password", "bo")
    assert await world.tables() == before
    assert people.passwords.work == [*work, "another password"]


@pytest.mark.parametrize("email", ["ada@example.org", "bo@example.org"])
async def test_a_handle_that_is_taken(world: World, people: People, email: str) -> None:
    """Whether or not the address is known."""
    await people.register(*ADA)
    error = await assert_refused(world, people.register(email, PASSWORD, "ada"), Conflict, "HANDLE_TAKEN")
    assert error.details == {"handle": "ada"}
    assert people.passwords.work == [PASSWORD] * 2


@pytest.mark.parametrize(
    ("email", "password", "handle", "code"),
    [
        ("ada", PASSWORD, "ada", "EMAIL"),
        ("ada@example.org", "1234567", "ada", "PASSWORD"),
        ("ada@example.org", PASSWORD, "", "HANDLE"),
        ("ada@example.org", PASSWORD, "a\0", "HANDLE"),
    ],
)
async def test_what_cannot_be(world: World, people: People, email: str, password: str, handle: str, code: str) -> None:
    """It is refused before any work is done."""
    error = await assert_refused(world, people.register(email, password, handle), Invalid, code)
    assert password not in error.message
    assert people.passwords.work == []


async def test_racing_for_one_address(world: World, people: People) -> None:
    await asyncio.gather(*(people.register("ada@example.org", PASSWORD, f"ada {n}") for n in range(20)))
    tables = await world.tables()
    assert [len(tables[name]) for name in ("users", "credentials", "point_grants")] == [1, 1, 1]
    assert discrepancies(tables) == []


async def test_racing_for_one_handle(world: World, people: People) -> None:
    asked = (people.register(f"{number}@example.org", PASSWORD, "ada") for number in range(20))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer.code for answer in answers if isinstance(answer, Conflict)]
    assert (refused, answers.count(None)) == (["HANDLE_TAKEN"] * 19, 1)
    tables = await world.tables()
    assert [len(tables[name]) for name in ("users", "credentials", "point_grants")] == [1, 1, 1]


async def test_another_handle(world: World, people: People) -> None:
    ada, bo = await people.user("ada"), await people.user("bo")
    assert (await people.change_handle(ada.id, "countess")).handle == "countess"
    assert (await people.profile(ada.id)).user.handle == "countess"
    assert (await people.change_handle(ada.id, "countess")).balance == BONUS
    await assert_refused(world, people.change_handle(bo.id, "countess"), Conflict, "HANDLE_TAKEN")
    await assert_refused(world, people.change_handle(bo.id, "b\n"), Invalid, "HANDLE")
    assert (await people.change_handle(bo.id, "ada")).handle == "ada"


async def test_nobody_is_called_the_treasury(world: World, people: People) -> None:
    for handle in ("treasury", "Treasury"):
        chosen = people.register("ada@example.org", PASSWORD, handle)
        await assert_refused(world, chosen, Conflict, "HANDLE_TAKEN")
    ada = await people.user("ada")
    await assert_refused(world, people.change_handle(ada.id, "TREASURY"), Conflict, "HANDLE_TAKEN")
    await world.treasury()
