"""Asking for jobs: with the transaction or not at all, and once for each key."""

import asyncio
from datetime import timedelta

import pytest

from application.jobs.contracts import MAX_PAYLOAD_LENGTH, Contract
from application.jobs.queue_service import Asked
from domain.jobs.execution import EventKind, Queue
from domain.shared.errors import Conflict, Invalid
from tests.behaviour.jobs import EFFECT, JOB, SECOND, Told, ask, ask_one, claimed, history
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World

KEYED = Contract(name="test.keyed", queue=Queue.REPORTS, payload=Told, key=lambda told: told.text.lower())


async def test_a_job_is_asked_for(world: World) -> None:
    ada = await world.user("ada")
    due_at = world.clock.now() + SECOND
    added = await world.queue.request(JOB, Told(text="Report."), Asked(ada, "key", due_at, trace="00-1-2-01"))
    job = await world.queue.get(added.execution.id)
    assert (job.name, job.version, job.queue, job.requested_by) == ("test.job", 1, Queue.REPORTS, ada)
    assert (job.due_at, job.created_at, job.trace) == (due_at, world.clock.now(), "00-1-2-01")
    assert Told.model_validate_json(job.payload) == Told(text="Report.")
    assert (job.state, job.attempt, job.failures, job.progress, job.lease_until) == ("pending", 0, 0, 0, None)
    assert await history(world, job) == [EventKind.ENQUEUED]


async def test_it_is_gone_with_its_transaction(world: World) -> None:
    before = await world.tables()
    async with world.transactions() as transaction:
        await world.queue.add(transaction.jobs, JOB, Told())
    assert await world.tables() == before
    assert await claimed(world) == []


async def test_nobody_takes_it_before_the_commit(world: World) -> None:
    async with world.transactions() as transaction:
        added = await world.queue.add(transaction.jobs, JOB, Told())
        assert (await world.tables())["job_executions"] == []
        await transaction.commit()
    assert [job.id for job in await claimed(world)] == [added.execution.id]


async def test_a_key_is_one_job(world: World) -> None:
    first = await world.queue.request(JOB, Told(text="a"), Asked(key="key"))
    again = await world.queue.request(JOB, Told(text="a"), Asked(key="key"))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.execution.id == first.execution.id
    await claimed(world)
    assert (await world.queue.request(JOB, Told(text="a"), Asked(key="key"))).execution.attempt == 1
    for contract, text, due_at in ((JOB, "b", None), (EFFECT, "a", None), (JOB, "a", world.clock.now() + SECOND)):
        other = world.queue.request(contract, Told(text=text), Asked(key="key", due_at=due_at))
        await assert_refused(world, other, Conflict, "IDEMPOTENCY_CONFLICT")
    once = await world.queue.request(JOB, Told(text="b"), Asked(key="key", once=True))
    assert once.execution.id == first.execution.id


async def test_a_users_key_is_his_own(world: World) -> None:
    ada, bo = await world.user("ada"), await world.user("bo")
    jobs = {(await ask_one(world, "a", Asked(by, "key"))).id for by in (ada, bo, None, ada)}
    assert len(jobs) == 3


async def test_a_key_may_follow_from_the_payload(world: World) -> None:
    first = await ask_one(world, "A", contract=KEYED)
    assert (await ask_one(world, "A", contract=KEYED)).id == first.id
    assert (await ask_one(world, "b", contract=KEYED)).id != first.id
    await assert_refused(world, ask(world, "a", contract=KEYED), Conflict, "IDEMPOTENCY_CONFLICT")


async def test_such_a_key_stands_for_another_job_when_its_own_has_ended_undone(world: World) -> None:
    first = await ask_one(world, "A", contract=KEYED)
    await world.queue.cancel(first.id)
    second = await ask_one(world, "a", contract=KEYED)
    assert second.id != first.id
    assert (await world.queue.get(first.id)).key is None
    assert (await ask_one(world, "a", contract=KEYED)).id == second.id


async def test_many_are_added_together_in_their_order(world: World) -> None:
    texts = ["c", "a", "c", "b"]
    async with world.transactions() as transaction:
        added = await world.queue.add_many(transaction.jobs, KEYED, [Told(text=text) for text in texts])
        assert await world.queue.add_many(transaction.jobs, KEYED, []) == []
        await transaction.commit()
    assert [Told.model_validate_json(each.execution.payload).text for each in added] == texts
    assert [each.repeated for each in added] == [False, False, True, False]
    assert added[2].execution.id == added[0].execution.id
    assert len((await world.tables())["job_executions"]) == 3


async def test_one_conflict_takes_back_all(world: World) -> None:
    await ask_one(world, "a", contract=KEYED)

    async def many() -> None:
        async with world.transactions() as transaction:
            await world.queue.add_many(transaction.jobs, KEYED, [Told(text="b"), Told(text="A")])
            await transaction.commit()

    await assert_refused(world, many(), Conflict, "IDEMPOTENCY_CONFLICT")


async def test_two_at_once_with_one_key_are_one_job(world: World) -> None:
    asked, added = asyncio.Event(), []

    async def second() -> None:
        asked.set()
        added.append(await world.queue.request(JOB, Told(), Asked(key="key")))

    async with world.transactions() as transaction:
        first = await world.queue.add(transaction.jobs, JOB, Told(), Asked(key="key"))
        waiting = asyncio.create_task(second())
        await asked.wait()
        await transaction.commit()
    await waiting
    assert added[0].repeated
    assert added[0].execution.id == first.execution.id


async def test_the_second_stands_where_the_first_is_rolled_back(world: World) -> None:
    asked = asyncio.Event()

    async def second() -> bool:
        asked.set()
        return (await world.queue.request(JOB, Told(), Asked(key="key"))).repeated

    async with world.transactions() as transaction:
        await world.queue.add(transaction.jobs, JOB, Told(), Asked(key="key"))
        waiting = asyncio.create_task(second())
        await asked.wait()
    assert await waiting is False


async def test_the_same_keys_at_once_in_any_order_wait_for_no_circle(world: World) -> None:
    texts = [f"text {number}" for number in range(50)]

    async def many(texts: list[str]) -> list[bool]:
        async with world.transactions() as transaction:
            added = await world.queue.add_many(transaction.jobs, KEYED, [Told(text=text) for text in texts])
            await transaction.commit()
        return [each.repeated for each in added]

    repeated = await asyncio.gather(*(many(order) for order in (texts, texts[::-1], texts[25:] + texts[:25])))
    assert sum(map(sum, repeated)) == 2 * len(texts)
    assert len((await world.tables())["job_executions"]) == len(texts)


@pytest.mark.parametrize("text", ["x" * MAX_PAYLOAD_LENGTH, "a\0b"])
async def test_a_payload_that_cannot_be_kept_is_refused(world: World, text: str) -> None:
    await assert_refused(world, ask(world, text), Invalid, "JOB_PAYLOAD")


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "é\u2028\U0001f600", '"{}"'])
async def test_any_other_text_comes_back_as_it_was(world: World, text: str) -> None:
    await ask(world, text)
    (job,) = await claimed(world)
    assert JOB.read(job.payload, job.version) == Told(text=text)


async def test_it_is_due_when_it_was_asked_for(world: World) -> None:
    later = world.clock.now() + timedelta(days=40)
    job = await ask_one(world, asked=Asked(due_at=later))
    world.clock.time = later - timedelta(microseconds=1)
    assert await claimed(world) == []
    world.clock.time = later
    assert [taken.id for taken in await claimed(world)] == [job.id]
