"""One round trip for many who ask at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

MOST = 256
"""Questions in one trip."""


@dataclass(slots=True)
class _Asked(Generic[Q, A]):
    question: Q
    answer: asyncio.Future[A]


class Trips(Generic[Q, A]):
    """Whoever asks while a trip is under way shares the next one.

    A trip begins after everybody in it has asked, so that no answer is older than its question. `travel` answers
    questions in their order; what it raises is raised at once to all who wait, so that nobody waits for a second
    trip that would fail like the first.
    """

    def __init__(self, travel: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], most: int = MOST) -> None:
        self._travel = travel
        self._most = most
        self._waiting: list[_Asked[Q, A]] = []
        self._under_way: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """The answer of the next trip."""
        asked: _Asked[Q, A] = _Asked(question, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._go())
        return await asked.answer

    async def _go(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                answers = await self._travel([asked.question for asked in together])
                told = list(zip(together, answers, strict=True))
            except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must not wait for ever
                failed, self._waiting = together + self._waiting, []
                for asked in failed:
                    if not asked.answer.done():  # whoever asked may have gone
                        asked.answer.set_exception(error)
            else:
                for asked, answer in told:
                    if not asked.answer.done():
                        asked.answer.set_result(answer)
