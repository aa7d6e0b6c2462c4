"""Who asks: by a token of our own, a token from elsewhere, or an API key."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from application.accounts.first_sight import MAX_ATTEMPTS
from application.accounts.identity import Claims
from domain.accounts.caller import Caller, Scope
from domain.accounts.secrets import key_text
from domain.accounts.user import GrantReason, Role
from domain.shared.errors import Forbidden, Unauthenticated, Unavailable
from tests.behaviour.people import BONUS, ELSEWHERE, People
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.identity import LOCAL_ISSUER
from tests.support import discrepancies


async def test_by_a_token_of_our_own(people: People) -> None:
    ada = await people.user("ada")
    signed_in = await people.signed_in("ada")
    assert await people.authenticate(signed_in.access.text) == Caller(ada)


async def test_a_token_that_names_nobody(world: World, people: People) -> None:
    for subject in (str(uuid4()), "", "ada", "\0", "\ud800"):
        people.identity.believed["token"] = Claims(LOCAL_ISSUER, subject)
        await assert_refused(world, people.authenticate("token"), Unauthenticated, "TOKEN_INVALID")
    await assert_refused(world, people.authenticate("unknown"), Unauthenticated, "TOKEN_INVALID")


async def test_our_own_tokens_make_nobody_an_administrator(people: People) -> None:
    ada = await people.user("ada")
    people.identity.believed["token"] = Claims(LOCAL_ISSUER, str(ada.id), admin=True)
    assert (await people.authenticate("token")).user.role is Role.USER


async def test_first_sight(world: World, people: People) -> None:
    caller = await people.vouched("someone")
    assert caller.user.balance == BONUS
    assert caller.user.handle.startswith("user-")
    assert caller.key_id is None
    tables = await world.tables()
    assert [row["id"] for row in tables["users"]] == [caller.user.id]
    (identity,), (grant,) = tables["identities"], tables["point_grants"]
    assert (identity["issuer"], identity["subject"], identity["user_id"]) == (ELSEWHERE, "someone", caller.user.id)
    assert (grant["reason"], grant["reference"]) == (GrantReason.REGISTRATION_BONUS, "registration")
    assert tables["credentials"] == []
    assert (await people.profile(caller.user.id)).email is None
    assert discrepancies(tables) == []
    assert await people.vouched("someone") == caller
    assert await world.tables() == tables


async def test_a_subject_belongs_to_its_issuer(people: People) -> None:
    callers = [await people.vouched("someone", issuer=issuer) for issuer in (ELSEWHERE, ELSEWHERE + "/")]
    assert callers[0].user.id != callers[1].user.id


async def test_an_address_elsewhere_opens_no_account_here(people: People) -> None:
    """An issuer may not have checked it."""
    ada = await people.user("ada")
    assert (await people.vouched("ada")).user.id != ada.id


async def test_racing_first_sights_are_one_user(world: World, people: People) -> None:
    callers = await asyncio.gather(*(people.vouched("someone") for _ in range(20)))
    assert len({caller.user.id for caller in callers}) == 1
    tables = await world.tables()
    assert [len(tables[name]) for name in ("users", "identities", "point_grants")] == [1, 1, 1]
    assert tables["users"][0]["balance"] == BONUS


async def test_a_derived_handle_that_is_taken_is_left_to_its_owner(world: World, people: People) -> None:
    handles = set()
    for number in range(MAX_ATTEMPTS):
        people.entropy.rewind()
        handles.add((await people.vouched(str(number))).user.handle)
    assert len(handles) == MAX_ATTEMPTS
    people.entropy.rewind()
    await assert_refused(world, people.vouched("one too many"), Unavailable, "HANDLES_TAKEN")


@pytest.mark.parametrize("subject", ["", "s" * 256, "a\0b", "\ud800"])
async def test_what_no_subject_can_be(world: World, people: People, subject: str) -> None:
    await assert_refused(world, people.vouched(subject), Unauthenticated, "TOKEN_INVALID")


async def test_an_issuer_makes_administrators_for_as_long_as_it_says_so(world: World, people: People) -> None:
    caller = await people.vouched("someone", admin=True)
    assert caller.user.role is Role.ADMIN
    assert caller.vouched
    assert [row["role"] for row in (await world.tables())["users"]] == [Role.USER]
    assert (await people.vouched("someone", admin=True)).user.role is Role.ADMIN
    assert (await people.vouched("someone")).user.role is Role.USER


async def test_an_issuer_unmakes_nobody(world: World, people: People) -> None:
    boss, treasury = await world.user("boss", 0, Role.ADMIN), await world.treasury()
    async with world.transactions() as transaction:
        await transaction.identities.add(ELSEWHERE, "boss", boss, world.clock.now())
        await transaction.identities.add(ELSEWHERE, "treasury", treasury, world.clock.now())
        await transaction.commit()
    assert (await people.vouched("boss")).user.role is Role.ADMIN
    assert (await people.vouched("treasury", admin=True)).user.role is Role.TREASURY


async def test_deactivation_works_at_once(world: World, people: People) -> None:
    ada = await people.user("ada")
    token, key = (await people.signed_in("ada")).access.text, await people.key(ada)
    someone = await people.vouched("someone")
    for credential in (token, key):
        await people.authenticate(credential)
    await people.deactivate(ada)
    await people.deactivate(someone.user)
    for credential in (token, key):
        await assert_refused(world, people.authenticate(credential), Forbidden, "ACCOUNT_INACTIVE")
    await assert_refused(world, people.vouched("someone", admin=True), Forbidden, "ACCOUNT_INACTIVE")


@pytest.mark.parametrize("scopes", [{Scope.READ}, {Scope.TRADE}, set(Scope)])
async def test_by_an_api_key(people: People, scopes: set[Scope]) -> None:
    ada = await people.user("ada")
    made = await people.create_key(ada.id, "bot", scopes)
    assert await people.authenticate(made.text) == Caller(ada, frozenset(scopes), key_id=made.key.id)
    assert people.identity.asked == 0


async def test_what_is_no_api_key_is_not_looked_up(world: World, people: People) -> None:
    text = await people.key(await people.user("ada"))
    people.authenticate = replace(people.authenticate, lookups=None)  # type: ignore[arg-type]  # nothing to ask
    for wrong in ("psg_", text[:-1], text + "x", text[:-1] + chr(ord(text[-1]) ^ 1), "psg_\ud800"):
        await assert_refused(world, people.authenticate(wrong), Unauthenticated, "API_KEY_INVALID")
    assert people.identity.asked == 0


async def test_keys_that_open_nothing(world: World, people: People) -> None:
    ada = await people.user("ada")
    day = timedelta(days=1)
    expiring = await people.create_key(ada.id, "bot", [Scope.READ], world.clock.now() + day)
    revoked = await people.create_key(ada.id, "bot", [Scope.READ])
    await people.authenticate(expiring.text)
    await people.authenticate(revoked.text)
    await people.revoke_key(ada.id, revoked.key.id)
    world.clock.advance(day)
    for text in (expiring.text, revoked.text, key_text(b"unknown ".ljust(32))):
        await assert_refused(world, people.authenticate(text), Unauthenticated, "API_KEY_INVALID")
