"""What webhooks are told: of whose jobs, signed, once for each attempt, and logged."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from application.jobs.catalogue.maintenance import PURGE_JOBS
from application.jobs.catalogue.notices import SEND_MAIL, SendMail
from application.jobs.catalogue.webhooks import DELIVER
from application.jobs.ports import LeaseLost
from application.jobs.purge_jobs import Kept, PurgeJobs
from application.jobs.run import Work
from application.jobs.webhooks.announce import Announce
from application.jobs.webhooks.ports import Answered, WebhookQueries
from application.notices.templates import MailTemplate
from domain.accounts.user import Role, User
from domain.jobs.execution import EventKind, Execution, State, Step
from domain.jobs.webhook import EVENTS, ROTATION, Delivery, Event, Webhook
from domain.shared.administration import Actor
from domain.shared.errors import Unavailable
from domain.shared.ids import UserId
from tests.behaviour.hooks import URL, Hooks, Receiver
from tests.behaviour.jobs import QUICK, Heard, worker
from tests.behaviour.maintaining import a_run
from tests.behaviour.noticing import Notices
from tests.behaviour.people import People
from tests.behaviour.scheduling import END, FAILURE
from tests.behaviour.world import World
from tests.fakes.world import START

SECOND = timedelta(seconds=1)
BY_US = Actor(None, "In a test.")


@pytest.fixture
def hooks(world: World) -> Hooks:
    return Hooks(world)


async def ended(hooks: Hooks, by: UserId | None, state: State = State.COMPLETED) -> Step:
    return END[state](await hooks.job(by), hooks.world.clock.now())


async def announced(hooks: Hooks, *steps: Step) -> list[Execution]:
    found = await hooks.announce.follow_ups(steps)
    assert set(found) <= {step.execution.id for step in steps}
    return [job for jobs in found.values() for job in jobs]


async def told(hooks: Hooks, webhook: Webhook) -> Execution:
    """A message to a webhook, which a worker has taken."""
    (job,) = await announced(hooks, await ended(hooks, webhook.owner))
    return await hooks.added(job)


def verified(webhook: Webhook, hooks: Hooks) -> dict[str, object]:
    """The last message, as the library of those who define the signatures has it at the time of the test."""
    sent, now = hooks.receiver.got[-1], int(hooks.world.clock.now().timestamp())
    assert sent.headers["webhook-timestamp"] == str(now)
    read = Verifier(webhook.secret)
    signature = read.sign(sent.headers["webhook-id"], hooks.world.clock.now(), sent.body)
    assert signature in sent.headers["webhook-signature"].split()
    message: dict[str, object] = json.loads(sent.body)
    return message


async def test_whoever_asked_for_a_job_is_told_how_it_ended(hooks: Hooks) -> None:
    ada, bo = await hooks.caller("ada"), await hooks.caller("bo")
    made, _ = await hooks.hook(ada), await hooks.hook(bo)
    step = await ended(hooks, ada.user.id, State.DEAD_LETTER)
    (job,) = await announced(hooks, step)
    assert (job.name, job.requested_by, job.due_at) == (DELIVER.name, None, START)
    assert (await hooks.send(await hooks.added(job))).status == 204
    (sent,) = hooks.receiver.got
    assert (sent.url, sent.headers["webhook-id"]) == (URL, f"msg_{job.id}")
    assert verified(made, hooks) == {
        "type": "job.dead",
        "timestamp": "2026-03-01T12:00:00Z",
        "data": {
            "jobId": str(step.execution.id),
            "name": "system.ping",
            "queue": "maintenance",
            "state": "dead_letter",
            "attempt": 1,
            "error": {"code": FAILURE.code, "message": FAILURE.message},
            "createdAt": "2026-03-01T12:00:00Z",
            "finishedAt": "2026-03-01T12:00:00Z",
        },
    }


async def test_each_is_told_of_what_it_registered_for(hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    for event in EVENTS:
        await hooks.create(ada, URL, [event])
    for state, events in (
        (State.COMPLETED, [Event.COMPLETED]),
        (State.FAILED, [Event.FAILED]),
        (State.DEAD_LETTER, [Event.DEAD]),
        (State.CANCELLED, []),
        (State.RETRYING, []),
    ):
        jobs = await announced(hooks, await ended(hooks, ada.user.id, state))
        assert [DELIVER.read(job.payload, 1).event for job in jobs] == events
    taken = Step(await hooks.job(ada.user.id), EventKind.ACTIVE)
    assert await announced(hooks, taken) == []


async def test_an_administrator_is_told_of_all_jobs_while_he_is_one(world: World, hooks: Hooks) -> None:
    ada, root = await hooks.caller("ada"), await hooks.caller("root", Role.ADMIN)
    await hooks.hook(root, all_jobs=True)
    steps = [await ended(hooks, by) for by in (ada.user.id, root.user.id, None)]
    assert len(await announced(hooks, *steps)) == 3
    assert {len(jobs) for jobs in (await hooks.announce.follow_ups(steps)).values()} == {1}
    await hooks.caller("another", Role.ADMIN)
    await world.change_user.change_role(root.user.id, Role.USER, BY_US)
    assert await announced(hooks, *steps) == []


async def test_who_is_shut_out_is_told_nothing(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    await hooks.hook(ada)
    await world.deactivate(ada.user.id)
    assert await announced(hooks, await ended(hooks, ada.user.id)) == []


async def test_nobody_is_told_of_what_webhooks_were_told(hooks: Hooks) -> None:
    root = await hooks.caller("root", Role.ADMIN)
    made = await hooks.hook(root, all_jobs=True)
    told_of = await told(hooks, made)
    tried = await hooks.taken((await hooks.attempt(root.user.id, made.id)).id)
    for job in (told_of, tried):
        assert await announced(hooks, job.bury(FAILURE, START)) == []


async def test_an_end_is_told_once_and_the_next_one_again(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    await hooks.hook(ada)
    step = await ended(hooks, ada.user.id)
    later = Step(replace(step.execution, attempt=2), step.event)
    jobs = [await announced(hooks, each) for each in (step, step, later)]
    async with world.transactions() as transaction:
        added = await transaction.jobs.add([job for found in jobs for job in found])
    assert added[0].id == added[1].id != added[2].id


class Counting:
    """Implements what is asked of WebhookQueries to see whether there are any."""

    def __init__(self, queries: WebhookQueries) -> None:
        self.asked: list[str] = []
        self._queries = queries

    async def any(self) -> bool:
        self.asked.append("any")
        return await self._queries.any()

    async def told(self, owners: set[UserId]) -> list[Webhook]:
        self.asked.append("told")
        return list(await self._queries.told(owners))


async def test_without_webhooks_hardly_anything_is_read(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    counting = Counting(world.webhook_queries)
    announce = Announce(counting, hooks.queue, world.clock)  # type: ignore[arg-type]
    steps = [await ended(hooks, ada.user.id) for _ in range(3)]
    for step in steps:
        assert await announce.follow_ups([step]) == {}
    assert counting.asked == ["any"]
    await hooks.hook(ada)
    assert await announce.follow_ups(steps) == {}
    impatient = Announce(counting, hooks.queue, world.clock, seconds=0)  # type: ignore[arg-type]
    assert len(await impatient.follow_ups(steps)) == 3
    assert await impatient.follow_ups([Step(steps[0].execution, EventKind.ACTIVE)]) == {}
    assert counting.asked == ["any", "any", "told"]


async def test_what_is_taken_is_logged_and_ends_the_job(world: World, hooks: Hooks) -> None:
    made = await hooks.hook(await hooks.caller("ada"))
    job = await told(hooks, made)
    hooks.receiver.answer = Answered(202, "thanks")
    assert (await hooks.send(job)).status == 202
    assert (await world.job_queries.job(job.id)).state is State.COMPLETED
    (delivery,) = await world.webhook_queries.deliveries(made.id, 10)
    milliseconds = delivery.milliseconds
    assert delivery == Delivery(job.id, 1, made.id, Event.COMPLETED, START, milliseconds, 202, "thanks")
    assert await hooks.stored(made) == made


@pytest.mark.parametrize(
    "answer", [Answered(500, "oops"), Answered(302), Answered(404), Answered(None, error="it cannot be reached")]
)
async def test_what_is_not_taken_is_logged_and_sent_again(world: World, hooks: Hooks, answer: Answered) -> None:
    made = await hooks.hook(await hooks.caller("ada"))
    job, hooks.receiver.answer = await told(hooks, made), answer
    with pytest.raises(Unavailable, match=str(answer.error or answer.status)) as failed:
        await hooks.send(job)
    assert failed.value.code == "WEBHOOK_FAILED"
    assert (await world.job_queries.job(job.id)).state is State.ACTIVE
    (delivery,) = await world.webhook_queries.deliveries(made.id, 10)
    assert (delivery.status, delivery.answer, delivery.error) == answer
    assert await hooks.stored(made) == replace(made, failures=1)


async def test_each_attempt_has_its_time_and_all_have_one_id(world: World, hooks: Hooks) -> None:
    made = await hooks.hook(await hooks.caller("ada"))
    job, hooks.receiver.answer = await told(hooks, made), Answered(503)
    with pytest.raises(Unavailable) as failed:
        await hooks.send(job)
    async with world.transactions() as transaction:
        step = job.fail(FAILURE, DELIVER.retries, START)
        await transaction.jobs.change([step], START)
        await transaction.commit()
    assert failed.value.code == "WEBHOOK_FAILED"
    assert step.execution.due_at == START + 5 * SECOND
    world.clock.advance(5 * SECOND)
    hooks.receiver.answer = Answered(200)
    await hooks.send(await hooks.taken(job.id))
    first, second = hooks.receiver.got
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5
    verified(made, hooks)
    log = await world.webhook_queries.deliveries(made.id, 10)
    assert [(each.attempt, each.status) for each in log] == [(2, 200), (1, 503)]
    assert (await hooks.stored(made)).failures == 0
    assert [each.attempt for each in await world.webhook_queries.deliveries(made.id, 1)] == [2]


class Stuck(Receiver):
    """Answers nobody before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        answer = await super().__call__(url, headers, body)
        await self.go_on.wait()
        return answer


async def test_receivers_that_take_their_time_hold_up_no_mail(world: World, people: People) -> None:
    """More wait than may be sent at once; those that are sent have no place that a mail could have."""
    stuck, notices, heard = Stuck(), Notices(world), Heard()
    hooks, most = Hooks(world, stuck), QUICK.webhook_slots
    owner = await hooks.caller("owner")
    made, ada = await hooks.hook(owner), await people.user("ada")
    works: dict[str, Work[Any]] = {
        DELIVER.name: Work(DELIVER, hooks.deliver),
        SEND_MAIL.name: Work(SEND_MAIL, notices.deliver),
    }
    for _ in range(most + 2):
        await hooks.attempt(owner.user.id, made.id)
    async with worker(world, works, observer=heard, slots=1) as running:
        await heard.until(EventKind.ACTIVE, most)
        await hooks.queue.request(SEND_MAIL, a_mail(ada))
        running.wake(SEND_MAIL.queue)
        (mail,) = await heard.until(EventKind.COMPLETED)
        assert (mail.name, len(stuck.got)) == (SEND_MAIL.name, most)
        stuck.go_on.set()
        await heard.until(EventKind.COMPLETED, most + 3)


def a_mail(to: User) -> SendMail:
    return SendMail(
        template=MailTemplate.OPERATOR_ALERT, to_user=to.id, values={"title": "x", "details": "", "url": ""}
    )


async def test_an_address_that_is_gone_is_told_no_more(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    first, second = await told(hooks, made), await told(hooks, made)
    hooks.receiver.answer = Answered(410)
    assert (await hooks.send(first)).status == 410
    assert not (await hooks.stored(made)).active
    assert (await world.job_queries.job(first.id)).state is State.COMPLETED
    assert (await hooks.send(second)).status is None
    assert len(hooks.receiver.got) == 1
    assert await announced(hooks, await ended(hooks, ada.user.id)) == []


async def test_what_was_deleted_is_told_nothing(hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    job = await told(hooks, made)
    await hooks.delete(ada.user.id, made.id)
    assert (await hooks.send(job)).status is None
    assert hooks.receiver.got == []


async def test_what_is_deleted_while_it_is_told_leaves_no_log(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    job = await told(hooks, made)

    class Slow(Receiver):
        async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
            await hooks.delete(ada.user.id, made.id)
            return await super().__call__(url, headers, body)

    hooks.deliver = replace(hooks.deliver, post=Slow())
    assert (await hooks.send(job)).status == 204
    assert (await world.tables())["webhook_deliveries"] == []
    assert (await world.job_queries.job(job.id)).state is State.COMPLETED


async def test_whoever_lost_the_job_logs_nothing(world: World, hooks: Hooks) -> None:
    made = await hooks.hook(await hooks.caller("ada"))
    job = await told(hooks, made)
    stale = replace(job, attempt=job.attempt - 1)
    for answer in (Answered(204), Answered(500)):
        hooks.receiver.answer = answer
        with pytest.raises(LeaseLost):
            await hooks.send(stale)
    assert await world.webhook_queries.deliveries(made.id, 10) == []
    assert await hooks.stored(made) == made


async def test_both_secrets_sign_while_one_replaces_the_other(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    rotated = await hooks.change.rotate(ada.user.id, made.id)
    await hooks.send(await told(hooks, made))
    verified(made, hooks)
    verified(rotated, hooks)
    world.clock.advance(ROTATION)
    await hooks.send(await told(hooks, made))
    verified(rotated, hooks)
    assert len(hooks.receiver.got[-1].headers["webhook-signature"].split()) == 1


async def test_the_log_goes_with_its_jobs(world: World, hooks: Hooks) -> None:
    made = await hooks.hook(await hooks.caller("ada"))
    await hooks.send(await told(hooks, made))
    kept = Kept(ended=timedelta(days=1))
    world.clock.advance(kept.ended)
    await PurgeJobs(world.old_jobs, kept)(a_run(world, PURGE_JOBS))
    assert len(await world.webhook_queries.deliveries(made.id, 10)) == 1
    world.clock.advance(SECOND)
    await PurgeJobs(world.old_jobs, kept)(a_run(world, PURGE_JOBS))
    assert await world.webhook_queries.deliveries(made.id, 10) == []
