"""Jobs of maintenance, as a worker runs them."""

from application.jobs.contracts import Contract, Nothing
from application.jobs.observers import Silent
from application.jobs.run import Run
from domain.jobs.execution import Execution
from domain.shared.ids import JobId
from tests.behaviour.world import World


class Told:
    """What a job told of its progress."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.percent = 0

    async def __call__(self, percent: int, message: str) -> None:
        self.percent = percent
        self.messages.append(message)


def a_run(world: World, contract: Contract[Nothing], told: Told | None = None) -> Run[Nothing]:
    """A try of a job that needs to be told nothing."""
    now = world.clock.now()
    job = Execution(JobId(world.ids.new()), contract.name, 1, contract.queue, "{}", now, now)
    return Run(job, Nothing(), world.clock, Silent(), told or Told())
