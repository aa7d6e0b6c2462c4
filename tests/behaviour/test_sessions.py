"""Signing in, going on, signing out, and choosing another password."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.accounts.sign_ins import MAX_SESSIONS, SignedIn
from domain.accounts.secrets import secret_hash
from domain.accounts.session import REUSE_GRACE, SESSION_LIFETIME, RefreshToken
from domain.shared.errors import Conflict, Forbidden, Invalid, PresageError, Unauthenticated
from tests.behaviour.people import PASSWORD, People
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.identity import ACCESS_LIFETIME
from tests.fakes.world import START
from tests.support import without_refusals

MOMENT = timedelta(seconds=1)


async def is_alive(people: People, signed_in: SignedIn) -> bool:
    try:
        await people.refresh(signed_in.refresh_token)
    except Unauthenticated:
        return False
    return True


async def test_signing_in(world: World, people: People) -> None:
    ada = await people.user("ada")
    signed_in = await people.log_in(" ADA@example.org", PASSWORD)
    assert signed_in.user == ada
    assert signed_in.access.expires_at == START + ACCESS_LIFETIME
    assert signed_in.refresh_expires_at == START + SESSION_LIFETIME
    assert (await people.authenticate(signed_in.access.text)).user == ada
    for shown in (repr(signed_in), repr(await world.lookups.credential(ada.id))):
        assert signed_in.refresh_token not in shown
        assert f"'{signed_in.access.text}'" not in shown
        assert PASSWORD not in shown


async def test_nothing_that_is_stored_signs_anybody_in(world: World, people: People) -> None:
    await people.user("ada")
    signed_in = await people.signed_in("ada")
    tables = without_refusals(await world.tables())
    assert signed_in.refresh_token not in str(tables)
    assert len(tables["refresh_tokens"]) == len(tables["sessions"]) == 2


async def test_one_answer_for_all_who_may_not_sign_in(world: World, people: People) -> None:
    await people.user("ada")
    out = await people.user("out")
    await people.deactivate(out)
    stored = "1:" + PASSWORD
    told, done = set(), []
    for email, password in (("ada", "wrong password"), ("out", PASSWORD), ("out", "wrong"), ("nobody", PASSWORD)):
        people.passwords.work.clear()
        asked = people.log_in(f"{email}@example.org", password)
        error = await assert_refused(world, asked, Unauthenticated, "CREDENTIALS_WRONG")
        told.add((error.message, str(error.details)))
        done.append(list(people.passwords.work))
    assert len(told) == 1
    assert done == [[stored], [stored], [stored], [None]]


async def test_what_can_be_nobodys_is_invalid(world: World, people: People) -> None:
    await assert_refused(world, people.log_in("ada", PASSWORD), Invalid, "EMAIL")
    await assert_refused(world, people.log_in("ada@example.org", ""), Invalid, "PASSWORD")
    assert people.passwords.work == []


async def test_an_outdated_hash_is_made_anew(world: World, people: People) -> None:
    await people.user("ada")
    people.passwords.generation = 2
    await asyncio.gather(*(people.signed_in("ada") for _ in range(5)))
    (credential,) = (await world.tables())["credentials"]
    assert (credential["password_hash"], credential["changed_at"]) == (f"2:{PASSWORD}", START)
    people.passwords.work.clear()
    await people.signed_in("ada")
    assert people.passwords.work == [f"2:{PASSWORD}"]


async def test_going_on(people: People, world: World) -> None:
    await people.user("ada")
    first = await people.signed_in("ada")
    world.clock.advance(timedelta(days=1))
    second = await people.refresh(first.refresh_token)
    assert second.user == first.user
    assert second.refresh_token != first.refresh_token
    assert second.refresh_expires_at == first.refresh_expires_at
    assert second.access.expires_at == world.clock.now() + ACCESS_LIFETIME
    assert await is_alive(people, second)


async def test_a_token_that_comes_back_ends_its_family_and_no_other(people: People, world: World) -> None:
    await people.user("ada")
    first, other = await people.signed_in("ada"), await people.signed_in("ada")
    second = await people.refresh(first.refresh_token)
    world.clock.advance(REUSE_GRACE + MOMENT)
    with pytest.raises(Unauthenticated, match="Sign in again"):
        await people.refresh(first.refresh_token)
    assert not await is_alive(people, second)
    assert await is_alive(people, other)


async def test_two_tabs_at_once_both_stay_signed_in(people: People, world: World) -> None:
    await people.user("ada")
    first = await people.signed_in("ada")
    tabs = await asyncio.gather(*(people.refresh(first.refresh_token) for _ in range(2)))
    assert len({tab.refresh_token for tab in tabs}) == 2
    world.clock.advance(REUSE_GRACE + MOMENT)
    later = [await people.refresh(tab.refresh_token) for tab in tabs]
    world.clock.advance(REUSE_GRACE + MOMENT)
    assert await is_alive(people, later[0])
    assert await is_alive(people, later[1])
    assert len((await world.tables())["sessions"]) == 2


async def test_a_race_after_the_grace_leaves_nobody_signed_in(people: People, world: World) -> None:
    """However the uses of an old token and of its successor fall, the family is revoked."""
    await people.user("ada")
    first = await people.signed_in("ada")
    second = await people.refresh(first.refresh_token)
    world.clock.advance(REUSE_GRACE + MOMENT)
    uses = (people.refresh(token) for token in [first.refresh_token, second.refresh_token] * 5)
    answers = await asyncio.gather(*uses, return_exceptions=True)
    assert all(isinstance(answer, SignedIn | Unauthenticated) for answer in answers)
    assert not await is_alive(people, second)
    for answer in answers:
        assert not isinstance(answer, SignedIn) or not await is_alive(people, answer)


async def test_uses_of_one_session_wait_for_each_other(people: People, world: World) -> None:
    """The second sees what the first one stored of the token, not what it was when it began to wait."""
    await people.user("ada")
    token_hash = secret_hash((await people.signed_in("ada")).refresh_token)
    asked, used_at = asyncio.Event(), []

    async def second() -> None:
        asked.set()
        async with world.transactions() as transaction:
            found = await transaction.sessions.lock(token_hash)
            used_at.append(found and found[1].used_at)

    async with world.transactions() as transaction:
        found = await transaction.sessions.lock(token_hash)
        assert found
        waiting = asyncio.create_task(second())
        await asked.wait()
        await asyncio.sleep(0.05)
        successor = RefreshToken(b"s" * 32, found[0].id, START)
        await transaction.sessions.rotate(replace(found[1], used_at=START), successor)
        await transaction.commit()
    await waiting
    assert used_at == [START]


async def test_what_is_no_refresh_token(world: World, people: People) -> None:
    await people.user("ada")
    signed_in = await people.signed_in("ada")
    for text in ("", "x", signed_in.access.text, signed_in.refresh_token + "=", "\0", "\ud800", "x" * 10_000):
        await assert_refused(world, people.refresh(text), Unauthenticated, "SESSION_ENDED")


async def test_a_session_expires(world: World, people: People) -> None:
    await people.user("ada")
    signed_in = await people.signed_in("ada")
    world.clock.advance(SESSION_LIFETIME - MOMENT)
    signed_in = await people.refresh(signed_in.refresh_token)
    world.clock.advance(MOMENT)
    await assert_refused(world, people.refresh(signed_in.refresh_token), Unauthenticated, "SESSION_ENDED")


async def test_a_deactivated_account_does_not_go_on(world: World, people: People) -> None:
    ada = await people.user("ada")
    signed_in = await people.signed_in("ada")
    await people.deactivate(ada)
    await assert_refused(world, people.refresh(signed_in.refresh_token), Forbidden, "ACCOUNT_INACTIVE")


async def test_signing_out(world: World, people: People) -> None:
    await people.user("ada")
    signed_in, other = await people.signed_in("ada"), await people.signed_in("ada")
    renewed = await people.refresh(signed_in.refresh_token)
    await people.log_out(signed_in.refresh_token)
    after = await world.tables()
    world.clock.advance(MOMENT)
    for text in (signed_in.refresh_token, renewed.refresh_token, "unknown", "", "\ud800"):
        await people.log_out(text)
    assert await world.tables() == after
    assert not await is_alive(people, renewed)
    assert await is_alive(people, other)


async def test_sessions_are_bounded_and_ended_ones_forgotten(world: World, people: People) -> None:
    await people.user("ada")
    await people.user("bo")
    oldest, second = await people.signed_in("ada"), await people.signed_in("ada")
    await people.log_out((await people.signed_in("ada")).refresh_token)
    for _ in range(MAX_SESSIONS - 1):
        await people.signed_in("ada")
    assert not await is_alive(people, oldest)
    assert await is_alive(people, second)
    tables = await world.tables()
    assert len(tables["sessions"]) == MAX_SESSIONS + 1
    assert {token["session_id"] for token in tables["refresh_tokens"]} == {each["id"] for each in tables["sessions"]}
    world.clock.advance(SESSION_LIFETIME)
    await people.signed_in("ada")
    assert len((await world.tables())["sessions"]) == 2


async def test_another_password(world: World, people: People) -> None:
    ada = await people.user("ada")
    await people.user("bo")
    mine, others = await people.signed_in("ada"), await people.signed_in("bo")
    world.clock.advance(MOMENT)
    kept = await people.change_password(ada.id, PASSWORD, "another password")
    assert kept.user == ada
    assert not await is_alive(people, mine)
    assert await is_alive(people, kept)
    assert await is_alive(people, others)
    await assert_refused(world, people.signed_in("ada"), Unauthenticated, "CREDENTIALS_WRONG")
    assert (await people.signed_in("ada", "another password")).user == ada
    (credential,) = [row for row in (await world.tables())["credentials"] if row["user_id"] == ada.id]
    assert credential["changed_at"] == START + MOMENT


async def test_what_changing_a_password_refuses(world: World, people: People) -> None:
    ada = await people.user("ada")
    caller = await people.vouched("someone")
    for old, new, kind, code in (
        ("wrong password", "another password", Forbidden, "PASSWORD_WRONG"),
        (PASSWORD, "1234567", Invalid, "PASSWORD"),
        ("", "another password", Invalid, "PASSWORD"),
    ):
        await assert_refused(world, people.change_password(ada.id, old, new), kind, code)
    asked = people.change_password(caller.user.id, PASSWORD, "another password")
    await assert_refused(world, asked, Conflict, "NO_PASSWORD")


async def test_of_several_changes_of_a_password_one_is_made(world: World, people: People) -> None:
    """Also signing in with the old password meanwhile leaves no session behind."""
    ada = await people.user("ada")

    async def change(number: int) -> str:
        world.clock.advance(MOMENT)
        try:
            await people.change_password(ada.id, PASSWORD, f"password {number}")
        except PresageError as refused:
            return refused.code
        return f"password {number}"

    async def sign_in() -> SignedIn | None:
        try:
            return await people.signed_in("ada")
        except Unauthenticated:
            return None

    changes = asyncio.gather(*map(change, range(5)))
    before = await asyncio.gather(*(sign_in() for _ in range(10)))
    answers = await changes
    (chosen,) = (answer for answer in answers if answer != "PASSWORD_WRONG")
    assert (await people.signed_in("ada", chosen)).user == ada
    assert not any([await is_alive(people, each) for each in before if each])
