"""Notices on any store: workers that look after the jobs and send mail, and a mailer that does as it is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.notify.templates import JinjaTemplates
from application.jobs.catalogue.maintenance import CHECK_JOBS, Told
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.contracts import Nothing
from application.jobs.ports import JobsOf
from application.jobs.run import Work
from application.notices.check_jobs import CheckJobs
from application.notices.deliver_mail import DeliverMail
from application.notices.ports import Mail
from application.notices.send_mail import SendMail
from domain.accounts.user import Role
from domain.jobs.execution import EventKind, Execution
from domain.shared.administration import Actor
from domain.shared.errors import PresageError
from domain.shared.ids import UserId
from tests.behaviour.jobs import Heard, worker
from tests.behaviour.people import People
from tests.behaviour.world import World

MOST_MAILS = 100
BY_US = Actor(None, "In a test.")


class Postbag:
    """Implements the Mailer port: fails in each of these ways, then takes what it gets."""

    def __init__(self) -> None:
        self.failures: list[PresageError] = []
        self.tried: list[Mail] = []
        self.taken: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.tried.append(mail)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(mail)


@dataclass
class Notices:
    """`bag` gets all mail."""

    world: World
    bag: Postbag = field(default_factory=Postbag)

    def __post_init__(self) -> None:
        world = self.world
        self.check_jobs = CheckJobs(world.job_queries, world.receivers, world.queue)
        self.deliver = DeliverMail(world.receivers, SendMail(JinjaTemplates(), self.bag, world.clock))

    async def checked(self) -> list[str]:
        """The names of the alerts that a worker finds when it is asked to look."""
        await self.world.queue.request(CHECK_JOBS, Nothing())
        done = await self.done(Work(CHECK_JOBS, self.check_jobs), EventKind.COMPLETED)
        return Told.model_validate_json(done.result or "").alerts

    async def sent(self, kind: EventKind = EventKind.COMPLETED, count: int = 1) -> Execution:
        """The last one of so many mails to which this happens as a worker sends those that are due."""
        return await self.done(Work(SEND_MAIL, self.deliver), kind, count)

    async def done(self, work: Work[Any], kind: EventKind, count: int = 1) -> Execution:
        """The last one of so many jobs to which this happens in a worker."""
        heard = Heard()
        async with worker(self.world, {work.contract.name: work}, observer=heard):
            return (await heard.until(kind, count))[-1]

    async def mails(self) -> Sequence[Execution]:
        """All that were asked for, the newest first."""
        return await self.world.job_queries.jobs(JobsOf(name=SEND_MAIL.name), MOST_MAILS)


async def an_administrator(people: People, name: str) -> UserId:
    """With the address `name@example.org`."""
    user = await people.user(name)
    await people.world.change_user.change_role(user.id, Role.ADMIN, BY_US)
    return user.id
