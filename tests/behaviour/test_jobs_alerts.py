"""The job `maintenance.check_jobs`: what a worker finds amiss, and whom it tells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from application.jobs.alerts import AlertBounds
from application.jobs.catalogue.maintenance import CHECK_JOBS
from application.jobs.catalogue.notices import SEND_MAIL
from application.jobs.contracts import Nothing
from application.jobs.queue_service import Asked
from application.jobs.run import Run, Work
from domain.jobs.execution import EventKind, State
from domain.jobs.retry import Delays
from domain.shared.errors import Conflict, Unavailable
from domain.shared.ids import UserId
from tests.behaviour.jobs import EFFECT, JOB, SECOND, Heard, Told, ask, ask_one, claimed, worker
from tests.behaviour.noticing import Notices, an_administrator
from tests.behaviour.people import People
from tests.behaviour.world import World

BOUNDS = AlertBounds()
MOMENT = timedelta(microseconds=1)
TRIED_ONCE = replace(JOB, retries=Delays(()))


@pytest.fixture
def notices(world: World) -> Notices:
    return Notices(world)


async def handler(run: Run[Told]) -> None:
    match run.payload.text:
        case "refused":
            raise Conflict("NO", "Ask for something else.")
        case "broken":
            raise RuntimeError("a fault")


async def have_ended(world: World, **texts: int) -> None:
    """Let a worker end so many jobs of each text."""
    for text, times in texts.items():
        await ask(world, text, contract=TRIED_ONCE, times=times)
    heard, ends = Heard(), {"good": EventKind.COMPLETED, "refused": EventKind.FAILED, "broken": EventKind.DEAD}
    async with worker(world, handler, observer=heard, contract=TRIED_ONCE):
        for text, times in texts.items():
            await heard.until(ends[text], times)


async def test_where_all_is_well_nobody_is_told(world: World, people: People, notices: Notices) -> None:
    await an_administrator(people, "ada")
    await ask(world, times=3)
    await claimed(world)
    assert await notices.checked() == []
    assert await notices.mails() == []


async def test_more_than_one_in_twenty_that_failed(world: World, notices: Notices) -> None:
    await have_ended(world, good=19, refused=1)
    assert await notices.checked() == []
    await have_ended(world, broken=1)
    assert await notices.checked() == ["reports.failures"]
    world.clock.advance(BOUNDS.window)
    assert await notices.checked() == ["reports.failures"]
    world.clock.advance(MOMENT)
    assert await notices.checked() == []


async def test_few_that_failed_say_nothing(world: World, notices: Notices) -> None:
    await have_ended(world, broken=BOUNDS.failure_least - 1)
    assert await notices.checked() == []
    await have_ended(world, good=1)
    assert await notices.checked() == ["reports.failures"]


async def test_more_than_a_thousand_that_are_due(world: World, notices: Notices) -> None:
    await ask(world, times=1_000)
    await ask(world, times=5, asked=Asked(due_at=world.clock.now() + SECOND))
    await ask(world, times=5, contract=EFFECT)
    assert await notices.checked() == []
    await ask_one(world)
    assert await notices.checked() == ["reports.depth"]
    await claimed(world)
    assert await notices.checked() == []
    world.clock.advance(SECOND)
    assert await notices.checked() == ["reports.depth"]


async def test_one_that_is_active_for_more_than_five_minutes(world: World, notices: Notices) -> None:
    """Since it was last taken: what it was tried before does not count."""
    await ask_one(world)
    (taken,) = await claimed(world)
    world.clock.advance(timedelta(minutes=4))
    assert await world.runs.settle([taken.release()], {}, world.clock.now()) == [True]
    (again,) = await claimed(world)
    world.clock.advance(timedelta(minutes=5))
    assert await notices.checked() == []
    world.clock.advance(MOMENT)
    assert await notices.checked() == ["reports.active"]
    assert await world.runs.settle([again.complete(None, world.clock.now())], {}, world.clock.now()) == [True]
    assert await notices.checked() == []


async def two_hang(world: World) -> None:
    for contract in (EFFECT, JOB):
        await ask_one(world, contract=contract)
        await claimed(world, queue=contract.queue)
    world.clock.advance(BOUNDS.active + MOMENT)


async def test_each_administrator_is_told_by_mail_and_the_log(
    world: World, people: People, notices: Notices, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("ada", "bo"):
        await an_administrator(people, name)
    await people.user("user")
    await world.deactivate(await an_administrator(people, "gone"))
    await two_hang(world)
    assert await notices.checked() == ["notifications.active", "reports.active"]
    await notices.sent(count=4)
    assert sorted((mail.to.text, mail.letter.subject) for mail in notices.bag.taken) == [
        (f"{name}@example.org", f"Alert: A job of the queue {queue} runs for long")
        for name in ("ada", "bo")
        for queue in ("notifications", "reports")
    ]
    for mail in notices.bag.taken:
        assert "It has been active since 2026-03-01 12:00:00 UTC." in mail.letter.text
        assert "presage jobs list --queue" in mail.letter.html
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        f"A job of the queue {queue} runs for long" for queue in ("notifications", "reports")
    ]


async def test_nobody_is_told_again_within_the_hour(world: World, people: People, notices: Notices) -> None:
    await an_administrator(people, "ada")
    await two_hang(world)
    for _ in range(2):
        await notices.checked()
    assert len(await notices.mails()) == 2
    world.clock.advance(BOUNDS.quiet)
    await notices.checked()
    assert len(await notices.mails()) == 4


async def test_without_administrators_it_is_only_logged(world: World, notices: Notices) -> None:
    await two_hang(world)
    assert len(await notices.checked()) == 2
    assert await notices.mails() == []


class AwayOnce:
    """Implements the Operators port over another's, which cannot be asked at first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._away = True

    async def administrators(self) -> Sequence[UserId]:
        if self._away:
            self._away = False
            raise Unavailable("STORE_BUSY", "Come back later.")
        return await self._world.receivers.administrators()


async def test_who_could_not_be_told_is_told_by_the_next_try(world: World, people: People, notices: Notices) -> None:
    ada = await an_administrator(people, "ada")
    await two_hang(world)
    work = Work(CHECK_JOBS, replace(notices.check_jobs, operators=AwayOnce(world)))
    await world.queue.request(CHECK_JOBS, Nothing())
    assert (await notices.done(work, EventKind.RETRYING)).state is State.RETRYING
    assert await notices.mails() == []
    world.clock.advance(SECOND)
    await notices.done(work, EventKind.COMPLETED)
    told = [SEND_MAIL.read(job.payload, job.version).to_user for job in await notices.mails()]
    assert told == [ada, ada]
