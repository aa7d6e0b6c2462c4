"""Worker processes: woken at once, stopped in order, and none the worse for a job that misbehaves."""

import signal
from dataclasses import replace
from pathlib import Path

from domain.jobs.execution import State
from tests.integration.job_worker import BLOCKING, MARK, PLAIN, STUBBORN, Mark, Plan
from tests.integration.workers import Asking, Workers

NEVER = 600.0
"""Seconds until a worker looks for jobs by itself, in tests that would not live to see it."""


async def test_a_job_is_woken_and_so_is_the_one_that_it_asks_for(asking: Asking, workers: Workers, plan: Plan) -> None:
    with workers.running(replace(plan, poll=NEVER)) as worker:
        for _ in range(5):
            await asking.reached(await asking.ask(MARK, Mark(again=True)), State.COMPLETED)
        assert await asking.all_ended() == {State.COMPLETED: 10}
        assert worker.stop() == 0


async def test_stopping_waits_for_jobs_and_gives_back_the_longest(asking: Asking, workers: Workers, plan: Plan) -> None:
    with workers.running(replace(plan, port=0, stop=4.0)) as first:
        short, long = await asking.ask(MARK, Mark(seconds=2)), await asking.ask(MARK, Mark(seconds=60))
        for job in (short, long):
            await asking.reached(job, State.ACTIVE)
        assert first.health()["status"] == "ok"
        first.signal(signal.SIGTERM)
        first.wait_until_draining()
        with workers.running(plan):
            assert first.ended() == 0
            done, moved = await asking.job(short), await asking.reached(long, State.ACTIVE)
            assert (done.state, done.attempt) == (State.COMPLETED, 1)
            assert (moved.attempt, moved.failures) == (2, 0)
    assert await asking.effects() == [(short, 1)]


async def test_stopping_by_default_waits_for_a_job_of_eight_seconds(
    asking: Asking, workers: Workers, plan: Plan
) -> None:
    with workers.running(plan.by_default()) as worker:
        job = await asking.ask(PLAIN, Mark(seconds=8))
        await asking.reached(job, State.ACTIVE)
        assert worker.stop() == 0
    done = await asking.job(job)
    assert (done.state, done.attempt, done.failures) == (State.COMPLETED, 1, 0)
    assert await asking.effects() == [(job, 1)]


async def test_a_handler_that_refuses_to_be_cancelled(asking: Asking, workers: Workers, plan: Plan) -> None:
    with workers.running(plan) as worker:
        job = await asking.reached(await asking.ask(STUBBORN), State.DEAD_LETTER)
        assert job.failure
        assert job.failure.code == "JOB_TIME_LIMIT"
        await asking.reached(await asking.ask(MARK), State.COMPLETED)
        assert worker.stop() == 0


async def test_a_handler_that_blocks_its_worker_cannot_commit_late(
    asking: Asking, workers: Workers, plan: Plan, tmp_path: Path
) -> None:
    end = tmp_path / "end"
    with workers.running(plan) as blocked:
        job = await asking.ask(BLOCKING, Mark(file=str(end)))
        await asking.reached(job, State.ACTIVE)
        with workers.running(plan):
            completed = await asking.reached(job, State.COMPLETED)
            assert (completed.attempt, completed.failures) == (2, 1)
            end.touch()
            assert blocked.stop() == 0  # after it was told that it comes too late
    assert await asking.effects() == [(job, 2)]


async def test_the_second_signal_ends_even_a_blocked_worker(
    asking: Asking, workers: Workers, plan: Plan, tmp_path: Path
) -> None:
    with workers.running(plan) as worker:
        await asking.reached(await asking.ask(BLOCKING, Mark(file=str(tmp_path / "end"))), State.ACTIVE)
        worker.signal(signal.SIGINT)
        worker.wait_for("stopping")
        worker.signal(signal.SIGTERM)
        assert worker.ended() == 130
