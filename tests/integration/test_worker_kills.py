"""Whatever is killed or emptied, each job leaves one trace."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from redis.asyncio import Redis

from adapters.embedded.valkey import EmbeddedValkey
from application.jobs.bounds import WorkerBounds
from domain.jobs.execution import State
from domain.jobs.retry import DEFAULT_RETRIES
from tests.integration.job_worker import MARK, PLAIN, POISON, POISON_STATUS, Mark, Plan
from tests.integration.workers import PAUSE_S, Asking, Workers, asking_through

JOBS = 1_000
NEVER = 600.0
"""Seconds until a worker looks for jobs by itself, in a test that would not live to see it."""


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server to be killed."""
    with EmbeddedValkey(tmp_path / "valkey") as server:
        yield server


def lines_with(words: str, text: str) -> int:
    return sum(words in line for line in text.splitlines())


async def each_left_one_trace(asking: Asking, jobs: int) -> bool:
    traces = [job_id for job_id, _ in await asking.effects()]
    return (len(traces), len(set(traces))) == (jobs, jobs)


async def test_a_worker_is_killed(asking: Asking, workers: Workers, plan: Plan) -> None:
    with workers.running(plan) as killed, workers.running(plan):
        await asking.ask_many(MARK, JOBS)
        await asking.met(lambda states: states[State.COMPLETED] > JOBS // 10)
        killed.signal(signal.SIGKILL)
        states = await asking.states()
        assert await asking.all_ended() == {State.COMPLETED: JOBS}
    assert states[State.ACTIVE]
    assert states[State.COMPLETED] < JOBS
    assert await each_left_one_trace(asking, JOBS)


def test_jobs_of_a_killed_worker_run_again_within_twenty_seconds() -> None:
    bounds, pause = WorkerBounds(), DEFAULT_RETRIES.after(1)
    assert pause
    assert bounds.lease + bounds.reap + pause.total_seconds() + bounds.poll < 20


async def test_a_job_of_a_killed_worker_is_seen_to_run_again(asking: Asking, workers: Workers, plan: Plan) -> None:
    plan = plan.by_default()
    with workers.running(plan) as killed:
        job = await asking.ask(PLAIN, Mark(seconds=8))
        await asking.reached(job, State.ACTIVE)
        killed.signal(signal.SIGKILL)
        killed_at = monotonic()
    with workers.running(plan):
        await asking.reached(job, State.RETRYING)
        again = await asking.reached(job, State.ACTIVE)
        assert monotonic() - killed_at < 20
    assert (again.attempt, again.failures) == (2, 1)


async def test_a_poisonous_job_is_buried_and_the_others_live(asking: Asking, workers: Workers, plan: Plan) -> None:
    plan = replace(plan, lease=1.0)
    await asking.ask_many(MARK, 5)
    poison = await asking.ask(POISON)
    await asking.ask_many(MARK, 55)
    deaths = 0
    while (await asking.job(poison)).state is not State.DEAD_LETTER:
        with workers.running(plan, ready=False) as worker:
            await asking.dead(worker, poison)
        deaths += worker.status == POISON_STATUS
    assert deaths == 4
    with workers.running(plan):
        assert await asking.all_ended() == {State.COMPLETED: 60, State.DEAD_LETTER: 1}
    assert await each_left_one_trace(asking, 60)


async def test_redis_is_emptied_and_killed(
    asking: Asking,
    workers: Workers,
    plan: Plan,
    own_valkey: EmbeddedValkey,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Under a worker that never looks by itself: woken again when Redis is back, it finds what nobody told it of."""
    plan = replace(plan, redis_url=own_valkey.url, poll=NEVER)
    async with asking_through(plan, tmp_path) as asks:
        with workers.running(plan) as worker:
            await asks.reached(await asks.ask(MARK), State.COMPLETED)
            async with Redis.from_url(own_valkey.url) as redis:
                await redis.flushall()
            await asks.reached(await asks.ask(MARK), State.COMPLETED)
            os.kill(own_valkey.pid, signal.SIGKILL)
            unheard = await asks.ask(MARK)
            worker.wait_for("Redis is gone")
            own_valkey.start()
            while (await asks.job(unheard)).state is not State.COMPLETED:
                await asks.ask(MARK)
                await asyncio.sleep(PAUSE_S)
            assert await asks.all_ended() == {State.COMPLETED: len(await asks.effects())}
            assert worker.stop() == 0
    for told in (caplog.text, worker.said()):
        assert (lines_with("Redis is gone", told), lines_with("Redis is back", told)) == (1, 1)


async def test_redis_is_emptied_and_killed_amid_many_jobs(
    asking: Asking, workers: Workers, plan: Plan, own_valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    plan = replace(plan, redis_url=own_valkey.url)
    async with asking_through(plan, tmp_path) as asks, asyncio.TaskGroup() as group:
        with workers.running(plan), workers.running(plan):
            asked = group.create_task(ask_one_by_one(asks, JOBS))
            async with Redis.from_url(own_valkey.url) as redis:
                for _ in range(4):
                    await completed(asks, JOBS // 10)
                    await redis.flushall()
            os.kill(own_valkey.pid, signal.SIGKILL)
            await completed(asks, JOBS // 10)
            assert not asked.done()
            own_valkey.start()
            await asked
            assert await asks.all_ended() == {State.COMPLETED: JOBS}
    assert await each_left_one_trace(asking, JOBS)


async def ask_one_by_one(asks: Asking, jobs: int) -> None:
    for _ in range(jobs):
        await asks.ask(MARK)


async def completed(asks: Asking, more: int) -> None:
    """Once so many more are."""
    before = (await asks.states())[State.COMPLETED]
    await asks.met(lambda states: states[State.COMPLETED] >= before + more)


async def test_redis_comes_after_all_else(asking: Asking, workers: Workers, plan: Plan, tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "valkey")
    plan = replace(plan, redis_url=server.url)
    async with asking_through(plan, tmp_path) as asks:
        with workers.running(plan) as worker:
            await asks.reached(await asks.ask(MARK), State.COMPLETED)
            with server:
                worker.wait_for("Redis is back")
                await asks.reached(await asks.ask(MARK), State.COMPLETED)
                assert worker.stop() == 0
    assert await each_left_one_trace(asking, 2)
