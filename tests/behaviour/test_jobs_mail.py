"""The job `email.send`: asked for with what it is about, done by a worker, and in the hands of a mailer in the end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from application.jobs.catalogue.notices import SEND_MAIL, SendMail, Sent
from application.jobs.observers import Silent
from application.jobs.run import Run
from application.notices.templates import MailTemplate
from domain.jobs.execution import EventKind, Execution, State
from domain.shared.errors import Invalid, Unavailable
from domain.shared.ids import UserId
from domain.shared.money import POINT
from tests.behaviour.jobs import SECOND, claimed
from tests.behaviour.maintaining import Told
from tests.behaviour.noticing import Notices
from tests.behaviour.people import People
from tests.behaviour.world import World
from tests.fakes.world import START

VALUES: dict[str, str | int] = {"handle": "ada", "points": 1_000 * POINT, "url": "https://exchange.example/markets"}
AWAY = Unavailable("MAIL_AWAY", "Send it again later.")
REFUSED = Invalid("MAIL_REFUSED", "Give another address.")


@pytest.fixture
def notices(world: World) -> Notices:
    return Notices(world)


async def asked(
    world: World, to: UserId, template: str = MailTemplate.WELCOME, values: dict[str, str | int] = VALUES
) -> Execution:
    """A mail that is asked for."""
    wanted = SendMail(template=template, to_user=to, values=values)
    return (await world.queue.request(SEND_MAIL, wanted)).execution


def was_sent(job: Execution) -> bool:
    return Sent.model_validate_json(job.result or "").sent


async def test_a_mail_is_written_and_handed_over(world: World, people: People, notices: Notices) -> None:
    job = await asked(world, (await people.user("ada")).id)
    await notices.sent()
    done = await world.queue.get(job.id)
    assert (done.state, was_sent(done)) == (State.COMPLETED, True)
    (mail,) = notices.bag.taken
    assert (mail.id, mail.to.text, mail.at) == (job.id, "ada@example.org", START)
    for part in (mail.letter.text, mail.letter.html):
        assert "ada" in part
        assert "1,000 points" in part
        assert "https://exchange.example/markets" in part


async def test_while_the_server_is_away_it_is_tried_again(world: World, people: People, notices: Notices) -> None:
    """For nearly five hours in all, the same mail each time; then it is a dead letter."""
    await asked(world, (await people.user("ada")).id)
    notices.bag.failures = [AWAY] * 9
    for delay in (5, 20, 80, 320, 1_280, 3_600, 3_600, 3_600):
        told = await notices.sent(EventKind.RETRYING)
        assert told.due_at == world.clock.now() + delay * SECOND
        world.clock.advance(told.due_at - world.clock.now())
    dead = await notices.sent(EventKind.DEAD)
    assert dead.failure is not None
    assert (dead.state, dead.failure.code, dead.failures) == (State.DEAD_LETTER, AWAY.code, 9)
    await world.queue.retry(dead.id)
    assert was_sent(await notices.sent())
    assert {mail.id for mail in notices.bag.tried} == {dead.id}
    assert (len(notices.bag.tried), len(notices.bag.taken)) == (10, 1)


async def test_what_is_refused_for_good_is_not_tried_again(world: World, people: People, notices: Notices) -> None:
    await asked(world, (await people.user("ada")).id)
    notices.bag.failures = [REFUSED]
    failed = await notices.sent(EventKind.FAILED)
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (State.FAILED, REFUSED.code)
    assert len(notices.bag.tried) == 1


async def test_who_has_no_address_or_is_shut_out_gets_none(world: World, people: People, notices: Notices) -> None:
    shut_out = await people.user("ada")
    await people.deactivate(shut_out)
    elsewhere = (await people.vouched("bo")).user
    for to in (shut_out.id, elsewhere.id, UserId(uuid4())):
        job = await asked(world, to)
        done = await notices.sent()
        assert (done.id, was_sent(done)) == (job.id, False)
    assert notices.bag.tried == []


async def test_who_is_shut_out_before_it_is_sent_gets_none(world: World, people: People, notices: Notices) -> None:
    ada = await people.user("ada")
    await asked(world, ada.id)
    notices.bag.failures = [AWAY]
    told = await notices.sent(EventKind.RETRYING)
    await people.deactivate(ada)
    world.clock.advance(told.due_at - world.clock.now())
    assert not was_sent(await notices.sent())
    assert notices.bag.taken == []


@pytest.mark.parametrize(
    ("template", "values", "code"),
    [
        ("flattery", VALUES, "MAIL_TEMPLATE"),
        (MailTemplate.WELCOME, {"handle": "ada"}, "MAIL_VALUES"),
        (MailTemplate.WELCOME, VALUES | {"points": -1}, "MAIL_VALUE"),
        (MailTemplate.WELCOME, VALUES | {"url": "javascript:alert(1)"}, "MAIL_VALUE"),
    ],
)
async def test_what_nobody_can_write_has_failed(
    world: World, people: People, notices: Notices, template: str, values: dict[str, str | int], code: str
) -> None:
    await asked(world, (await people.user("ada")).id, template, values)
    failed = await notices.sent(EventKind.FAILED)
    assert failed.failure is not None
    assert failed.failure.code == code
    assert notices.bag.tried == []


async def test_after_its_worker_was_lost_it_is_the_same_mail(world: World, people: People, notices: Notices) -> None:
    """It was sent and nobody said so: it is sent twice, and its receiver sees one."""
    job = await asked(world, (await people.user("ada")).id)
    (taken,) = await claimed(world, queue=SEND_MAIL.queue)
    payload = SEND_MAIL.read(taken.payload, taken.version)
    await notices.deliver(Run(taken, payload, world.clock, Silent(), Told()))
    world.clock.advance(timedelta(minutes=1))
    assert await world.runs.settle([taken.release()], {}, world.clock.now()) == [True]
    assert was_sent(await notices.sent())
    assert [mail.id for mail in notices.bag.taken] == [job.id, job.id]
