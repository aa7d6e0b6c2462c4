"""The jobs of a market's life: its launch, its close, and its settlement."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from application.jobs.bounds import WorkerBounds
from application.jobs.catalogue.markets import CLOSE_MARKET, LAUNCH_MARKET, SETTLE_MARKET
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.contracts import Contract
from application.jobs.follow import Follow, Pace
from application.jobs.observers import Silent
from application.jobs.ports import JobsOf, LeaseLost
from application.jobs.queue_service import Asked
from application.jobs.run import Run, Work
from application.jobs.worker import Worker
from application.notices.templates import MailTemplate, filled
from application.trading.close_market import CloseMarket
from application.trading.launch_market import LaunchMarket
from application.trading.request_launch import RequestLaunch
from application.trading.settle_by_job import SettleByJob
from domain.jobs.execution import Execution, State
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict, NotFound
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.edit import Edit
from domain.trading.listing import MAX_TITLE_LENGTH, Listing
from domain.trading.market import Status
from domain.trading.orders import Buy
from tests.behaviour.acting import actions, an_admin, logged
from tests.behaviour.settling import assert_settled
from tests.behaviour.world import OPEN_FOR, World

QUICK = WorkerBounds(poll=0.02, settle_pause=0.01)
LIQUIDITY = 100 * POINT


@dataclass
class Office:
    """Administrators, a proposer, and whoever does the jobs."""

    world: World
    admin: Actor
    proposer: UserId
    admins: list[UserId]

    def __post_init__(self) -> None:
        world = self.world
        self.request = RequestLaunch(world.transactions, world.clock, world.queue)
        self.launch = LaunchMarket(world.transactions, world.clock, world.ids, world.queue)
        self.close = CloseMarket(world.transactions, world.clock, self, world.queue)
        self.settle = SettleByJob(world.transactions, world.clock, world.ids, world.queries)

    async def administrators(self) -> list[UserId]:
        return self.admins

    async def draft(self) -> MarketId:
        return await self.world.draft(self.proposer)

    async def jobs(self, contract: Contract[Any]) -> list[Execution]:
        """From the oldest on."""
        found = await self.world.queue.list(JobsOf(name=contract.name), 200)
        return list(reversed(found.items))

    async def work(self, *jobs: Execution) -> list[Execution]:
        """Let a worker do jobs."""
        world = self.world
        works: dict[str, Work[Any]] = {
            work.contract.name: work
            for work in (
                Work(LAUNCH_MARKET, self.launch),
                Work(CLOSE_MARKET, self.close),
                Work(SETTLE_MARKET, self.settle),
            )
        }
        follow = Follow(world.job_queries, Pace(0.01, 1.5, 0.05))
        silent = Silent()
        queues = [LAUNCH_MARKET.queue]
        async with Worker(
            world.transactions, world.runs, works, world.clock, QUICK, silent, silent, "a worker", queues
        ):
            return [await follow.until_ended(job.id) for job in jobs]


@pytest.fixture
async def office(world: World) -> Office:
    await world.treasury()
    admin = await an_admin(world)
    assert admin.admin_id is not None
    return Office(world, admin, await world.user("ada"), [admin.admin_id])


async def status(world: World, market_id: MarketId) -> Status:
    return (await world.queries.market(market_id)).market.status


async def test_a_launch_is_one_commit_with_its_end(office: Office) -> None:
    """Whoever took the job and lost it cannot open the market, however late he comes."""
    world, market_id = office.world, await office.draft()
    job, repeated = await office.request(market_id, LIQUIDITY, office.admin, "00-trace")
    assert (repeated, job.requested_by, job.trace) == (False, office.admin.admin_id, "00-trace")
    (taken,) = await world.runs.claim(job.queue, 1, "lost", world.clock.now(), timedelta(seconds=60))
    assert await world.runs.settle([taken.release()], {}, world.clock.now()) == [True]
    before = await world.tables()
    with pytest.raises(LeaseLost):
        await office.launch(Run(taken, LAUNCH_MARKET.read(taken.payload, 1), world.clock, Silent(), _told))
    assert await world.tables() == before
    (done,) = await office.work(job)
    assert (done.state, done.attempt) == (State.COMPLETED, 2)
    assert await actions(world) == [AdminAction.MARKET_APPROVED]


async def test_a_launch(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    job, _ = await office.request(market_id, LIQUIDITY, office.admin)
    (done,) = await office.work(job)
    assert (done.state, done.attempt) == (State.COMPLETED, 1)
    view = await world.queries.market(market_id)
    assert (view.market.status, view.book.collateral) == (Status.ACTIVE, LIQUIDITY)
    (record,) = await logged(world)
    assert (record.action, record.actor) == (AdminAction.MARKET_APPROVED, office.admin)
    (closing,) = await office.jobs(CLOSE_MARKET)
    assert closing.due_at == view.market.closes_at
    (mail,) = await office.jobs(SEND_MAIL)
    told = SEND_MAIL.read(mail.payload, 1)
    assert (told.template, told.to_user) == ("market_approved", office.proposer)
    assert told.values["handle"] == "ada"


async def test_one_launch_of_each_market(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    other = await an_admin(world, "other")
    job, _ = await office.request(market_id, LIQUIDITY, office.admin)
    for actor, liquidity in ((office.admin, LIQUIDITY), (other, LIQUIDITY), (other, 2 * LIQUIDITY)):
        again = await office.request(market_id, liquidity, actor)
        assert (again.execution.id, again.repeated) == (job.id, True)
    (done,) = await office.work(job)
    assert await office.request(market_id, LIQUIDITY, other) == (done, True)
    assert await actions(world) == [AdminAction.MARKET_APPROVED]


@pytest.mark.parametrize("cancelled", [True, False], ids=["cancelled", "failed"])
async def test_another_launch_where_the_first_was_not_done(office: Office, *, cancelled: bool) -> None:
    world, market_id = office.world, await office.draft()
    first, _ = await office.request(market_id, 10**15, office.admin)
    if cancelled:
        await world.queue.cancel(first.id)
    else:
        (failed,) = await office.work(first)
        assert (failed.state, failed.failure and failed.failure.code) == (State.FAILED, "INSUFFICIENT_POINTS")
    second, repeated = await office.request(market_id, LIQUIDITY, office.admin)
    assert (repeated, second.id != first.id) == (False, True)
    again = await office.request(market_id, LIQUIDITY, office.admin)
    assert (again.execution.id, again.repeated) == (second.id, True)
    (done,) = await office.work(second)
    assert done.state is State.COMPLETED
    assert await status(world, market_id) is Status.ACTIVE


async def test_what_cannot_be_launched_leaves_no_job(office: Office) -> None:
    world = office.world
    market_id = await office.draft()
    await world.approve(market_id, LIQUIDITY)
    before = await world.tables()
    with pytest.raises(Conflict, match="is ACTIVE"):
        await office.request(market_id, LIQUIDITY, office.admin)
    with pytest.raises(NotFound):
        await office.request(MarketId(world.ids.new()), LIQUIDITY, office.admin)
    assert await world.tables() == before


async def test_a_close_is_told_to_every_administrator_once(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    office.admins.append(await world.user("another"))
    await world.approve(market_id, LIQUIDITY)
    (job,) = await office.jobs(CLOSE_MARKET)
    world.clock.advance(OPEN_FOR)
    (done,) = await office.work(job)
    assert done.result is not None
    assert '"closed":' in done.result.replace(" ", "")
    mails = [SEND_MAIL.read(mail.payload, 1) for mail in await office.jobs(SEND_MAIL)][1:]
    assert [mail.to_user for mail in mails] == office.admins
    assert {mail.template for mail in mails} == {"operator_alert"}
    assert str(market_id) in str(mails[0].values["details"])
    assert await status(world, market_id) is Status.ACTIVE
    again = await world.queue.request(CLOSE_MARKET, CLOSE_MARKET.read(job.payload, 1), Asked(key="again"))
    await office.work(again.execution)
    assert len(await office.jobs(SEND_MAIL)) == 3


async def test_a_close_that_was_moved_later_looks_again(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    await world.approve(market_id, LIQUIDITY)
    (first,) = await office.jobs(CLOSE_MARKET)
    later = first.due_at + timedelta(days=5)
    await world.edit(market_id, Edit(closes_at=later), office.admin)
    first_moved, second = await office.jobs(CLOSE_MARKET)
    assert (first_moved.id, second.due_at) == (first.id, later)
    world.clock.advance(OPEN_FOR)
    (done,) = await office.work(first)
    assert '"closed":false' in (done.result or "").replace(" ", "")
    assert len(await office.jobs(CLOSE_MARKET)) == 2
    assert len(await office.jobs(SEND_MAIL)) == 1
    world.clock.advance(timedelta(days=5))
    await office.work(second)
    assert len(await office.jobs(SEND_MAIL)) == 2


async def test_a_close_that_came_sooner_is_told_sooner(office: Office) -> None:
    world = office.world
    edited, ended_at_once = await office.draft(), await office.draft()
    for market_id in (edited, ended_at_once):
        await world.approve(market_id, LIQUIDITY)
    sooner = world.clock.now() + timedelta(days=1)
    await world.edit(edited, Edit(closes_at=sooner), office.admin)
    await world.change.close(ended_at_once, office.admin)
    *old, soon, now = await office.jobs(CLOSE_MARKET)
    assert (soon.due_at, now.due_at) == (sooner, world.clock.now())
    await office.work(now)
    assert len(await office.jobs(SEND_MAIL)) == 3
    world.clock.advance(OPEN_FOR)
    await office.work(soon, *old)
    assert len(await office.jobs(SEND_MAIL)) == 4


async def test_the_close_of_a_market_that_has_ended_is_nothing(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    await world.approve(market_id, LIQUIDITY)
    await world.change.cancel(market_id)
    (job,) = await office.jobs(CLOSE_MARKET)
    world.clock.advance(OPEN_FOR)
    (done,) = await office.work(job)
    assert done.state is State.COMPLETED
    assert len(await office.jobs(SEND_MAIL)) == 1


async def test_no_job_for_a_draft_or_a_change_of_text(office: Office) -> None:
    world, draft, market_id = office.world, await office.draft(), await office.draft()
    await world.approve(market_id, LIQUIDITY)
    await world.edit(draft, Edit(closes_at=world.clock.now() + timedelta(days=2)), office.admin)
    await world.edit(market_id, Edit(title="Will it snow?"), office.admin)
    await world.change.pause(market_id)
    assert len(await office.jobs(CLOSE_MARKET)) == 1


async def test_ending_a_market_asks_for_its_settlement(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    await world.approve(market_id, LIQUIDITY)
    for place in range(5):
        user = await world.user(f"user {place}")
        await world.place(user, market_id, Buy(Outcome.YES if place % 2 else Outcome.NO, 10 * POINT))
    await world.change.resolve(market_id, Outcome.YES, office.admin)
    (job,) = await office.jobs(SETTLE_MARKET)
    await world.settle_by(2).part(market_id, 1)  # as the request itself does
    (done,) = await office.work(job)
    assert (done.state, done.progress) == (State.COMPLETED, 100)
    await assert_settled(world, market_id)
    record = (await logged(world))[-1]
    assert (record.action, record.actor) == (AdminAction.MARKET_SETTLED, office.admin)
    assert (await actions(world)).count(AdminAction.MARKET_SETTLED) == 1


async def test_a_refused_proposal_is_settled_too(office: Office) -> None:
    world, market_id = office.world, await office.draft()
    await world.change.cancel(market_id, office.admin)
    (job,) = await office.jobs(SETTLE_MARKET)
    (done,) = await office.work(job)
    assert done.state is State.COMPLETED
    assert (await world.queries.market(market_id)).market.settled


async def test_the_mails_fit_their_templates(office: Office) -> None:
    world = office.world
    title = "W\nx" + "t" * (MAX_TITLE_LENGTH - 3)
    market = await world.propose(Listing(title, "", "", 500_000), world.clock.now() + OPEN_FOR, office.proposer)
    await world.approve(market.id, LIQUIDITY)
    (job,) = await office.jobs(CLOSE_MARKET)
    world.clock.advance(OPEN_FOR)
    await office.work(job)
    mails = [SEND_MAIL.read(mail.payload, 1) for mail in await office.jobs(SEND_MAIL)]
    assert len(mails) == 2
    for mail in mails:
        assert filled(MailTemplate(mail.template), mail.values)


async def _told(_: int, __: str) -> None:
    """Nobody listens."""
