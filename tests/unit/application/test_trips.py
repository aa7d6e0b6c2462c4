"""One round trip for many who ask at the same time."""

import asyncio
from collections.abc import Sequence

import pytest

from application.shared.trips import Trips


class Road:
    """Answers with what was asked, in capitals, once it is free; it knows who travelled together."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.trips: list[Sequence[str]] = []

    async def travel(self, questions: Sequence[str]) -> list[str]:
        self.trips.append(questions)
        await self.free.wait()
        if "fault" in questions:
            raise RuntimeError("a fault")
        return [question.upper() for question in questions]


@pytest.fixture
async def road() -> Road:
    return Road()


async def test_whoever_asks_meanwhile_shares_the_next_trip(road: Road) -> None:
    trips = Trips(road.travel)
    first = asyncio.create_task(trips.ask("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(trips.ask(name)) for name in "bcb"]
    await asyncio.sleep(0)
    road.free.set()
    assert await asyncio.gather(first, *others) == ["A", "B", "C", "B"]
    assert road.trips == [["a"], ["b", "c", "b"]]


async def test_a_trip_is_bounded(road: Road) -> None:
    road.free.set()
    trips = Trips(road.travel, most=2)
    assert await asyncio.gather(*map(trips.ask, "abcde")) == list("ABCDE")
    assert road.trips == [["a", "b"], ["c", "d"], ["e"]]


async def test_a_fault_is_told_to_all_who_wait(road: Road) -> None:
    trips = Trips(road.travel, most=2)
    road.free.set()
    found = await asyncio.gather(*map(trips.ask, ("fault", "a", "b")), return_exceptions=True)
    assert [str(each) for each in found] == ["a fault"] * 3
    assert road.trips == [["fault", "a"]]
    assert await trips.ask("b") == "B"


async def test_an_answer_too_few_is_a_fault() -> None:
    async def forgetful(questions: Sequence[str]) -> Sequence[str]:
        return questions[1:]

    trips = Trips(forgetful)
    with pytest.raises(ValueError, match="shorter"):
        await trips.ask("a")


async def test_whoever_gives_up_is_not_missed(road: Road) -> None:
    trips = Trips(road.travel)
    asked = [asyncio.create_task(trips.ask(name)) for name in "ab"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked[0].cancel()
    road.free.set()
    assert await asked[1] == "B"
    assert await trips.ask("c") == "C"
