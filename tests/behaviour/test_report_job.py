"""The job of a report: for whom it is made, and by what proof somebody counts as an administrator."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from application.jobs.catalogue.reports import GENERATE_REPORT, GenerateReport, Proof
from application.jobs.observers import Silent
from application.jobs.queue_service import Asked
from application.jobs.run import Run, Work
from application.jobs.schedules.start_job import StartJob
from application.reports.report_job import VOUCHED_FOR, ReportJob
from domain.accounts.caller import Caller
from domain.accounts.user import Role, User
from domain.jobs.schedule import Plan, Schedule, Source
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import ApiKeyId, ScheduleId, UserId
from tests.behaviour.refusals import assert_refused
from tests.behaviour.reporting import Heard, Told, generator
from tests.behaviour.world import World
from tests.fakes.world import START

KEY = ApiKeyId(UUID(int=1))
PERIOD = {"since": START - timedelta(days=1), "until": START + timedelta(days=1)}


class Desk:
    """The job on a world, where somebody has a statement that others want."""

    def __init__(self, world: World, ada: UserId) -> None:
        self.world, self.ada = world, ada
        self.work = ReportJob(generator(world, Heard()), world.report_source)

    def asked(self, caller: Caller, **changes: Any) -> Run[GenerateReport]:
        """A try of the job that a caller asked for, who says that he is an administrator."""
        wanted = {"kind": "statement", "subject": self.ada, "proof": Proof.ISSUER, **PERIOD} | changes
        payload = GENERATE_REPORT.asked_by(GenerateReport.model_validate(wanted), caller)
        job = self.world.queue.execution(GENERATE_REPORT, payload, Asked(caller.user.id))
        read = GENERATE_REPORT.read(job.payload, job.version)
        return Run(job, read, self.world.clock, Silent(), Told())

    async def refused(self, run: Run[GenerateReport]) -> None:
        await assert_refused(self.world, self.work(run), Forbidden, "STATEMENT_NOT_YOURS")


@pytest.fixture
async def desk(world: World) -> Desk:
    return Desk(world, await world.user("ada"))


@pytest.fixture
async def root(world: World) -> User:
    return User(await world.user("root", role=Role.ADMIN), "root", Role.ADMIN)


async def test_his_own_is_for_everybody(desk: Desk) -> None:
    ada = User(desk.ada, "ada")
    for caller in (Caller(ada), Caller(ada, key_id=KEY)):
        run = desk.asked(caller)
        ready = await desk.work(run)
        assert ready.path == f"/api/v1/reports/{run.execution.id}"


async def test_that_of_another_is_for_administrators(desk: Desk, root: User) -> None:
    bo = User(await desk.world.user("bo"), "bo")
    await desk.refused(desk.asked(Caller(bo)))
    await desk.work(desk.asked(Caller(root)))
    await desk.refused(desk.asked(Caller(root, key_id=KEY)))


async def test_an_administrator_is_one_when_the_report_is_made(desk: Desk) -> None:
    former = User(await desk.world.user("former"), "former", Role.ADMIN)
    await desk.refused(desk.asked(Caller(former)))


async def test_the_word_of_an_issuer_is_taken_for_an_hour(desk: Desk) -> None:
    vouched = Caller(User(await desk.world.user("eve"), "eve", Role.ADMIN), vouched=True)
    early, late = desk.asked(vouched), desk.asked(vouched)
    desk.world.clock.advance(VOUCHED_FOR - timedelta(microseconds=1))
    await desk.work(early)
    desk.world.clock.advance(timedelta(microseconds=1))
    await desk.refused(late)


async def test_a_proposal_is_reported_to_whoever_may_read_it(desk: Desk, root: User) -> None:
    await desk.world.treasury()
    draft = await desk.world.draft(desk.ada)
    about = {"kind": "market", "subject": draft, "since": None, "until": None}
    for caller in (Caller(User(desk.ada, "ada"), key_id=KEY), Caller(root)):
        await desk.work(desk.asked(caller, **about))
    keyed = desk.asked(Caller(root, key_id=KEY), **about)
    await assert_refused(desk.world, desk.work(keyed), NotFound, "MARKET_NOT_FOUND")


async def test_a_schedule_asks_by_the_account_of_whoever_added_it(desk: Desk, root: User) -> None:
    world, wanted = (
        desk.world,
        GenerateReport(
            kind="statement", subject=desk.ada, proof=Proof.ISSUER, since=PERIOD["since"], until=PERIOD["until"]
        ),
    )
    plan = Plan(name="monthly", job=GENERATE_REPORT.name, payload=wanted.model_dump_json(), cron="0 0 1 * *")
    schedule = Schedule(ScheduleId(world.ids.new()), plan, Source.API, START, created_at=START, created_by=root.id)
    start = StartJob(world.queue, {GENERATE_REPORT.name: Work(GENERATE_REPORT, desk.work)})
    async with world.transactions() as transaction:
        await start(transaction.jobs, schedule, "key")
        await transaction.commit()
    (job,) = (await world.tables())["job_executions"]
    assert job["payload"]["proof"] == Proof.ACCOUNT
