"""Jobs at random on both stores at once, where everything has been met in the end; and that a difference is found."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from adapters.embedded.postgres import EmbeddedPostgres
from application.jobs.ports import FollowUps, Held
from domain.jobs.execution import Step
from tests.behaviour.jobs_machine import Ground, JobsMachine
from tests.behaviour.world import World
from tests.fakes.faulty_runs import FaultyRuns, do_nothing

random = settings(
    phases=[Phase.generate],
    max_examples=15,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)

MET = {
    "ask",
    "ask: IDEMPOTENCY_CONFLICT",
    "claim",
    "settled: True",
    "settled: False",
    "commit",
    "commit: LEASE_LOST",
    "to be cancelled: True",
    "to be cancelled: False",
    "told: True",
    "told: False",
    "reaped",
    "cancel",
    "cancel: JOB_STATE",
    "requeue",
    "requeue: JOB_STATE",
    "read",
}


class CountingMachine(JobsMachine):
    """With a count of its own of what happened."""

    seen: ClassVar[Counter[str]] = Counter()


@pytest.fixture(scope="module")
def ground(postgres: EmbeddedPostgres) -> Iterator[Ground]:
    opened = Ground(postgres)
    yield opened
    opened.close()


def run(machine: type[JobsMachine], ground: Ground) -> None:
    machine.ground = ground
    run_state_machine_as_test(machine, settings=random)


def test_both_stores_agree_whatever_happens(ground: Ground) -> None:
    run(CountingMachine, ground)
    assert MET - set(+CountingMachine.seen) == set()


class Unfenced(FaultyRuns):
    """Lets late finishers settle."""

    async def settle(self, steps: Sequence[Step], follow_ups: FollowUps, now: datetime) -> Sequence[bool]:
        settled = await super().settle(steps, follow_ups, now)
        return [True] * len(settled)


class Announcing(FaultyRuns):
    """Adds nothing with what ends."""

    async def settle(self, steps: Sequence[Step], _: FollowUps, now: datetime) -> Sequence[bool]:
        return await super().settle(steps, {}, now)


class Prolonging(FaultyRuns):
    """Tells nobody that he is to end his job."""

    async def renew(self, held: Sequence[Held], until: datetime) -> Mapping[Held, bool]:
        return dict.fromkeys(await super().renew(held, until), False)


@pytest.mark.parametrize("runs", [Unfenced, Announcing, Prolonging])
def test_a_store_that_differs_is_found(ground: Ground, runs: Callable[..., FaultyRuns]) -> None:
    def spoil(world: World) -> World:
        return replace(world, runs=runs(world.runs, do_nothing))

    machine = type("DifferingMachine", (JobsMachine,), {"spoil": staticmethod(spoil)})
    with pytest.raises(AssertionError):
        run(machine, ground)
