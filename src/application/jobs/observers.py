"""Whoever in a worker's process wants to hear of jobs, and what follows from their ends."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.jobs.ports import FollowUps
from domain.jobs.execution import Step
from domain.shared.errors import Unavailable

_log = logging.getLogger(__name__)


class Observer(Protocol):
    """Hears what happened to jobs here, once it is stored. It must not block."""

    def happened(self, step: Step) -> None:
        """Something happened to a job."""
        ...


class Announcer(Protocol):
    """Knows which jobs follow when others end: they are added with what ended them."""

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
        """The jobs that tell the world of these. May raise Unavailable."""
        ...


class Silent:
    """Tells nobody."""

    def happened(self, step: Step) -> None:
        """Nobody hears of it."""

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:  # noqa: ARG002 - as the port has it
        """None."""
        return {}


@dataclass(frozen=True, slots=True)
class Careful:
    """An announcer and an observer whose faults are logged: no job suffers from what is told of it."""

    announcer: Announcer
    observer: Observer

    def happened(self, step: Step) -> None:
        """Something happened to a job."""
        try:
            self.observer.happened(step)
        except Exception:  # noqa: BLE001 - as said above
            _log.exception("nobody here is told of job %s", step.execution.id)

    async def follow_ups(self, steps: Sequence[Step]) -> FollowUps:
        """The jobs that tell the world of these. Raises Unavailable."""
        try:
            return await self.announcer.follow_ups(steps)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - as said above
            _log.exception("nobody is told how %s jobs ended", len(steps))
            return {}
