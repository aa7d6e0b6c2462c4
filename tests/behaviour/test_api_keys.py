"""API keys: made, listed, revoked."""

import asyncio
from datetime import UTC, datetime, timedelta

from application.accounts.create_api_key import NewApiKey
from application.accounts.list_api_keys import MAX_LISTED
from domain.accounts.api_key import MAX_API_KEYS
from domain.accounts.caller import Scope
from domain.accounts.secrets import is_well_formed, secret_hash
from domain.shared.administration import Actor
from domain.shared.errors import Conflict, Invalid, NotFound
from domain.shared.ids import ApiKeyId
from tests.behaviour.people import People
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START

DAY = timedelta(days=1)


async def test_a_key_is_told_once(world: World, people: People) -> None:
    ada = await people.user("ada")
    made = await people.create_key(ada.id, "bot", [Scope.TRADE, Scope.READ], START + DAY)
    key = made.key
    assert (key.user_id, key.name, key.scopes, key.created_at) == (ada.id, "bot", frozenset(Scope), START)
    assert (key.expires_at, key.revoked_at, key.per_minute) == (START + DAY, None, None)
    assert is_well_formed(made.text)
    assert made.text.startswith(key.hint)
    assert made.text not in repr(made)
    assert await people.list_keys(ada.id) == [key]
    tables = await world.tables()
    assert made.text not in str(tables)
    assert [row["hash"] for row in tables["api_keys"]] == [secret_hash(made.text)]


async def test_what_no_key_can_be(world: World, people: People) -> None:
    ada = await people.user("ada")
    for name, scopes, expires_at, code in (
        ("", [Scope.READ], None, "API_KEY_NAME"),
        ("a\0b", [Scope.READ], None, "API_KEY_NAME"),
        ("bot", [], None, "API_KEY_SCOPES"),
        ("bot", [Scope.READ], START, "API_KEY_EXPIRY"),
        ("bot", [Scope.READ], datetime.max.replace(tzinfo=UTC), "TIME_TOO_LATE"),
    ):
        await assert_refused(world, people.create_key(ada.id, name, scopes, expires_at), Invalid, code)


async def test_keys_of_others_are_not_there(world: World, people: People) -> None:
    ada, bo = await people.user("ada"), await people.user("bo")
    key = (await people.create_key(ada.id, "bot", [Scope.READ])).key
    assert await people.list_keys(bo.id) == []
    await assert_refused(world, people.revoke_key(bo.id, key.id), NotFound, "API_KEY_NOT_FOUND")
    nothing = ApiKeyId(world.ids.new())
    await assert_refused(world, people.revoke_key(ada.id, nothing), NotFound, "API_KEY_NOT_FOUND")


async def test_a_key_is_revoked_once(world: World, people: People) -> None:
    ada = await people.user("ada")
    key = (await people.create_key(ada.id, "bot", [Scope.READ])).key
    world.clock.advance(DAY)
    revoked = await people.revoke_key(ada.id, key.id)
    assert revoked == key.revoked(START + DAY)
    world.clock.advance(DAY)
    assert await people.revoke_key(ada.id, key.id) == revoked
    assert await people.list_keys(ada.id) == [revoked]


async def test_live_keys_are_bounded(world: World, people: People) -> None:
    """Also when they are made at once."""
    ada = await people.user("ada")
    made = await asyncio.gather(
        *(people.create_key(ada.id, "bot", [Scope.READ], START + DAY) for _ in range(MAX_API_KEYS + 5)),
        return_exceptions=True,
    )
    keys = [each.key for each in made if isinstance(each, NewApiKey)]
    assert len(keys) == MAX_API_KEYS
    assert {getattr(each, "code", None) for each in made} == {"API_KEYS_MAX", None}
    await people.revoke_key(ada.id, keys[0].id)
    await people.create_key(ada.id, "bot", [Scope.READ])
    await assert_refused(world, people.create_key(ada.id, "bot", [Scope.READ]), Conflict, "API_KEYS_MAX")
    world.clock.advance(DAY)
    await people.create_key(ada.id, "bot", [Scope.READ])


async def test_the_list_is_bounded_and_begins_with_what_lives(world: World, people: People) -> None:
    ada = await people.user("ada")
    first = (await people.create_key(ada.id, "first", [Scope.READ])).key
    expiring = (await people.create_key(ada.id, "expiring", [Scope.READ], START + DAY)).key
    world.clock.advance(DAY)
    last = (await people.create_key(ada.id, "last", [Scope.READ])).key
    ended = []
    for _ in range(MAX_LISTED):
        key = (await people.create_key(ada.id, "ended", [Scope.READ])).key
        ended.append(await people.revoke_key(ada.id, key.id))
    listed = list(await people.list_keys(ada.id))
    assert listed == [last, first, *reversed(ended[2:])]
    assert expiring not in listed


async def test_a_key_with_a_rate_of_its_own(world: World, people: People) -> None:
    ada, bo = await people.user("ada"), await people.user("bo")
    made = await people.create_key(ada.id, "bot", [Scope.TRADE])
    actor = Actor(bo.id, "A market maker.")
    rated = await people.rate_key(actor, ada.id, made.key.id, 600)
    assert (rated.per_minute, await people.list_keys(ada.id)) == (600, [rated])
    assert (await people.authenticate(made.text)).per_minute == 600
    await people.rate_key(actor, ada.id, made.key.id, 600)
    assert (await people.rate_key(actor, ada.id, made.key.id, None)).per_minute is None
    records = (await world.tables())["admin_actions"]
    named = {"api_key": str(made.key.id)}
    assert [(row["action"], row["subject_id"], row["before"], row["after"]) for row in records] == [
        ("USER_KEY_RATED", ada.id, named | {"per_minute": None}, named | {"per_minute": 600}),
        ("USER_KEY_RATED", ada.id, named | {"per_minute": 600}, named | {"per_minute": None}),
    ]


async def test_what_no_rate_can_be(world: World, people: People) -> None:
    ada, bo = await people.user("ada"), await people.user("bo")
    key, actor = (await people.create_key(ada.id, "bot", [Scope.TRADE])).key, Actor(bo.id, "Too fast.")
    for per_minute in (0, -1, 1_000_001):
        await assert_refused(world, people.rate_key(actor, ada.id, key.id, per_minute), Invalid, "API_KEY_RATE")
    await assert_refused(world, people.rate_key(actor, bo.id, key.id, 5), NotFound, "API_KEY_NOT_FOUND")
