"""One answer to an administrator's request, for each of his idempotency keys."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest

from application.shared.answer_once import AnswerOnce
from application.shared.answers import ABANDONED_AFTER, KEPT_FOR, Claim, Known, PlainAnswer
from application.shared.store import StoreBusy, StoreError
from domain.shared.errors import Conflict, PresageError
from domain.shared.ids import UserId
from tests.behaviour.world import World
from tests.fakes.world import START

ADA, BO = UserId(UUID(int=1)), UserId(UUID(int=2))
THIS, THAT = b"this" * 8, b"that" * 8
MOMENT = timedelta(microseconds=1)

Acting = Callable[[], Awaitable[tuple[str, PlainAnswer]]]


@dataclass
class Acts:
    """Acts at once, and counts how often."""

    done: list[str] = field(default_factory=list)

    async def __call__(self) -> tuple[str, PlainAnswer]:
        self.done.append(f"answer {len(self.done)}")
        return self.done[-1], {"b": self.done[-1], "a": [1, 0.62, None, "1000000000000000000"], "ä": {}}


def plain(number: int) -> PlainAnswer:
    return {"b": f"answer {number}", "a": [1, 0.62, None, "1000000000000000000"], "ä": {}}


async def refused(asked: Awaitable[object]) -> str:
    with pytest.raises(Conflict) as refusal:
        await asked
    assert refusal.value.message.endswith(".")
    return refusal.value.code


async def claimed(world: World, claim: Claim) -> Known | None:
    """What the store says of a claim now."""
    return await world.answers.claim(claim, claim.at - ABANDONED_AFTER)


async def test_a_request_is_answered_once(world: World) -> None:
    acts = Acts()
    assert await world.once(ADA, "key", THIS, acts) == "answer 0"
    stored = await world.tables()
    for _ in range(2):
        again = await world.once(ADA, "key", THIS, acts)
        assert (again, list(again)) == (plain(0), ["b", "a", "ä"])
    assert await refused(world.once(ADA, "key", THAT, acts)) == "IDEMPOTENCY_CONFLICT"
    assert await world.tables() == stored
    assert acts.done == ["answer 0"]


async def test_keys_are_each_administrators_own(world: World) -> None:
    acts = Acts()
    for admin_id, key in ((ADA, "key"), (BO, "key"), (ADA, "Key"), (ADA, "k" * 255), (ADA, "x")):
        assert await world.once(admin_id, key, THIS, acts) == acts.done[-1]
    assert len(acts.done) == 5
    assert await world.once(BO, "key", THIS, acts) == plain(1)


async def test_while_it_is_being_answered(world: World) -> None:
    started, free = asyncio.Event(), asyncio.Event()
    acts = Acts()

    async def slowly() -> tuple[str, PlainAnswer]:
        started.set()
        await free.wait()
        return await acts()

    first = asyncio.create_task(world.once(ADA, "key", THIS, slowly))
    await started.wait()
    assert await refused(world.once(ADA, "key", THIS, acts)) == "IDEMPOTENCY_IN_PROGRESS"
    assert await refused(world.once(ADA, "key", THAT, acts)) == "IDEMPOTENCY_CONFLICT"
    assert await world.once(BO, "key", THIS, acts) == "answer 0"
    free.set()
    assert await first == "answer 1"
    assert await world.once(ADA, "key", THIS, acts) == plain(1)


async def test_fifty_at_once_act_once(world: World) -> None:
    acts = Acts()
    answers = await asyncio.gather(*(world.once(ADA, "key", THIS, acts) for _ in range(50)), return_exceptions=True)
    assert acts.done == ["answer 0"]
    assert answers.count("answer 0") == 1
    others = [answer for answer in answers if answer != "answer 0"]
    assert all(answer == plain(0) or _code(answer) == "IDEMPOTENCY_IN_PROGRESS" for answer in others)


def _code(answer: object) -> str | None:
    return answer.code if isinstance(answer, PresageError) else None


@pytest.mark.parametrize(
    "error", [StoreBusy("full"), StoreError("check"), RuntimeError("bug"), asyncio.CancelledError()]
)
async def test_what_fails_is_no_answer(world: World, error: BaseException) -> None:
    async def failing() -> NoReturn:
        raise error

    before = await world.tables()
    with pytest.raises(type(error)):
        await world.once(ADA, "key", THIS, failing)
    assert await world.tables() == before
    acts = Acts()
    assert await world.once(ADA, "key", THAT, acts) == "answer 0"


async def test_what_is_given_up_frees_its_key(world: World) -> None:
    started = asyncio.Event()

    async def never() -> NoReturn:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    before = await world.tables()
    given_up = asyncio.create_task(world.once(ADA, "key", THIS, never))
    await started.wait()
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await world.tables() == before


async def test_a_request_whose_process_died_is_taken_over_after_a_while(world: World) -> None:
    dead, acts = Claim(ADA, "key", THIS, START), Acts()
    assert await claimed(world, dead) is None
    world.clock.advance(ABANDONED_AFTER)
    assert await refused(world.once(ADA, "key", THIS, acts)) == "IDEMPOTENCY_IN_PROGRESS"
    world.clock.advance(MOMENT)
    assert await refused(world.once(ADA, "key", THAT, acts)) == "IDEMPOTENCY_CONFLICT"
    answers = await asyncio.gather(*(world.once(ADA, "key", THIS, acts) for _ in range(20)), return_exceptions=True)
    assert acts.done == ["answer 0"]
    assert answers.count("answer 0") == 1


async def test_who_was_thought_dead_changes_nothing_any_more(world: World) -> None:
    slow = Claim(ADA, "key", THIS, START)
    successor = replace(slow, at=START + ABANDONED_AFTER + MOMENT)
    assert [await claimed(world, slow), await claimed(world, successor)] == [None, None]
    await world.answers.keep(slow, plain(0))
    await world.answers.give_back(slow)
    assert await claimed(world, successor) == Known(THIS, None)
    await world.answers.keep(successor, plain(1))
    await world.answers.keep(successor, plain(2))
    await world.answers.give_back(successor)
    assert await claimed(world, slow) == Known(THIS, plain(1))


async def test_an_answer_stands_however_old(world: World) -> None:
    acts = Acts()
    await world.once(ADA, "key", THIS, acts)
    world.clock.advance(KEPT_FOR)
    assert await world.once(ADA, "key", THIS, acts) == plain(0)


async def test_what_is_forgotten_may_be_asked_again(world: World) -> None:
    acts = Acts()
    await world.once(ADA, "old", THIS, acts)
    await claimed(world, Claim(ADA, "dead", THIS, START))
    world.clock.advance(KEPT_FOR)
    await world.once(ADA, "new", THIS, acts)
    assert await world.answers.forget(START, 10) == 0
    assert await world.answers.forget(START + MOMENT, 1) == 1
    assert await world.answers.forget(START + MOMENT, 10) == 1
    assert await world.once(ADA, "new", THIS, acts) == plain(1)
    assert await world.once(ADA, "old", THAT, acts) == "answer 2"


@pytest.mark.parametrize(("key", "fingerprint"), [("", THIS), ("k" * 256, THIS), ("key", b"short")])
async def test_what_is_no_key_or_fingerprint(world: World, key: str, fingerprint: bytes) -> None:
    acts = Acts()
    with pytest.raises(StoreError):
        await world.once(ADA, key, fingerprint, acts)
    assert acts.done == []


class Failing:
    """Implements AdministratorAnswers over another's: claims are taken, the rest fails."""

    def __init__(self, world: World) -> None:
        self.claim = world.answers.claim
        self.forget = world.answers.forget

    async def keep(self, claim: Claim, answer: PlainAnswer) -> None:
        raise StoreBusy(f"no {answer} to {claim}")

    async def give_back(self, claim: Claim) -> None:
        raise StoreError(f"no {claim}")


async def test_what_was_done_is_told_though_it_cannot_be_kept(world: World) -> None:
    once, acts = AnswerOnce(Failing(world), world.clock), Acts()
    assert await once(ADA, "key", THIS, acts) == "answer 0"
    assert await refused(world.once(ADA, "key", THIS, acts)) == "IDEMPOTENCY_IN_PROGRESS"


async def test_a_failure_is_told_though_its_key_cannot_be_given_back(world: World) -> None:
    async def failing() -> NoReturn:
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        await AnswerOnce(Failing(world), world.clock)(ADA, "key", THIS, failing)
