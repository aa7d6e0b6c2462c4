"""Whoever in a worker's process wants to hear of jobs, and what follows from their ends."""

from collections.abc import Sequence
from typing import Protocol

from domain.jobs.execution import Execution, Step


class Observer(Protocol):
    """Hears what happened to jobs here, once it is stored. It must not block, and must not raise."""

    def happened(self, step: Step) -> None:
        """Something happened to a job."""
        ...


class Announcer(Protocol):
    """Knows which jobs follow when others end: they are added with what ended them."""

    async def follow_ups(self, steps: Sequence[Step]) -> Sequence[Execution]:
        """The jobs that tell the world of these."""
        ...


class Silent:
    """Tells nobody."""

    def happened(self, step: Step) -> None:
        """Nobody hears of it."""

    async def follow_ups(self, steps: Sequence[Step]) -> Sequence[Execution]:  # noqa: ARG002 - as the port has it
        """None."""
        return ()
