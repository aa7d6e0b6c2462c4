"""Passwords: kept as slow hashes, checked beside the event loop, a bounded number at a time."""

import asyncio
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from adapters.identity.passwords import Argon2Passwords, PasswordBounds, PasswordCost
from domain.shared.errors import Unavailable

LIGHT = PasswordCost(memory_kib=64, passes=1)
SLOW = PasswordCost(memory_kib=32 * 1024, passes=2)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def passwords() -> Iterator[Argon2Passwords]:
    with Argon2Passwords(PasswordBounds(cost=LIGHT)) as light:
        yield light


@pytest.mark.parametrize("password", [PASSWORD, "", " ", "pâsswörd 🔑", "nul\0inside", "\ud800", "x" * 60_000])
async def test_a_password_matches_its_hash_alone(password: str, passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash(password)
    assert await passwords.matches(password, hashed)
    for other in (password + "x", password + "\0", password[:-1] or "y", PASSWORD.upper()):
        assert not await passwords.matches(other, hashed)


async def test_the_same_password_has_another_hash_each_time(passwords: Argon2Passwords) -> None:
    first, second = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert PASSWORD not in first


async def test_nobody_has_no_password(passwords: Argon2Passwords) -> None:
    for password in (PASSWORD, "", "None"):
        assert not await passwords.matches(password, None)
        assert not await passwords.matches(password, "")


async def test_nobodys_password_costs_what_others_cost() -> None:
    verified: list[str] = []

    class Watched(Argon2Passwords):
        def _verify(self, hashed: str, password: str) -> bool:
            verified.append(hashed)
            return super()._verify(hashed, password)

    with Watched() as passwords:
        await passwords.matches(PASSWORD, await passwords.hash(PASSWORD))
        await passwords.matches(PASSWORD, None)
    somebodys, nobodys = map(extract_parameters, verified)
    assert nobodys == somebodys
    assert (nobodys.type, nobodys.memory_cost, nobodys.time_cost, nobodys.parallelism) == (Type.ID, 65_536, 3, 1)
    assert (nobodys.salt_len, nobodys.hash_len) == (16, 32)


@pytest.mark.parametrize("hashed", ["x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=1$x$y"])
async def test_what_is_no_hash_matches_nothing(hashed: str, passwords: Argon2Passwords) -> None:
    assert not await passwords.matches(PASSWORD, hashed)
    assert passwords.outdated(hashed)


@pytest.mark.parametrize(
    ("made", "outdated"),
    [
        (PasswordHasher(2, 128, 1), False),
        (PasswordHasher(3, 128, 1), False),
        (PasswordHasher(2, 256, 4), False),
        (PasswordHasher(1, 128, 1), True),
        (PasswordHasher(2, 64, 1), True),
        (PasswordHasher(2, 128, 1, hash_len=16), True),
        (PasswordHasher(2, 128, 1, salt_len=8), True),
        (PasswordHasher(2, 128, 1, type=Type.I), True),
    ],
)
async def test_weaker_hashes_are_outdated_and_still_match(made: PasswordHasher, outdated: bool) -> None:
    hashed = made.hash(PASSWORD)
    with Argon2Passwords(PasswordBounds(cost=PasswordCost(memory_kib=128, passes=2))) as today:
        assert today.outdated(hashed) is outdated
        assert await today.matches(PASSWORD, hashed)


async def test_too_many_at_once_are_sent_away() -> None:
    with Argon2Passwords(PasswordBounds(threads=1, waiting=2, cost=SLOW)) as passwords:
        asked = [asyncio.ensure_future(passwords.hash(PASSWORD)) for _ in range(5)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        busy = [answer for answer in answers if isinstance(answer, Unavailable)]
        assert answers[3:] == busy
        assert {error.code for error in busy} == {"PASSWORDS_BUSY"}
        assert busy[0].details == {"retry_after_seconds": 1}
        assert await passwords.matches(PASSWORD, str(answers[0]))


async def test_whoever_stops_waiting_leaves_room_once_the_work_is_done() -> None:
    with Argon2Passwords(PasswordBounds(threads=1, waiting=1, cost=SLOW)) as passwords:
        for _ in range(5):
            asked = [asyncio.ensure_future(passwords.hash(PASSWORD)) for _ in range(2)]
            await asyncio.sleep(0)
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            while True:
                try:
                    assert await passwords.hash(PASSWORD)
                    break
                except Unavailable:
                    await asyncio.sleep(0.01)


async def test_the_event_loop_goes_on_meanwhile() -> None:
    turns = 0
    with Argon2Passwords(PasswordBounds(cost=SLOW)) as passwords:
        asked = asyncio.ensure_future(passwords.hash(PASSWORD))
        while not asked.done():
            turns += 1
            await asyncio.sleep(0)
    assert turns > 2


async def test_leaving_finishes_what_was_asked_for() -> None:
    passwords = Argon2Passwords(PasswordBounds(threads=1, cost=SLOW))
    with passwords:
        asked = [asyncio.ensure_future(passwords.hash(PASSWORD)) for _ in range(3)]
        await asyncio.sleep(0)
    assert all(text.startswith("$argon2id$") for text in await asyncio.gather(*asked))
    with pytest.raises(RuntimeError):
        await passwords.hash(PASSWORD)
