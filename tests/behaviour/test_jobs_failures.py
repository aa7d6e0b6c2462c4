"""What becomes of a job that cannot be run, is refused, or breaks: each by itself, and with its reason."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import field_validator

from application.jobs.contracts import Contract, Payload
from application.jobs.failures import MAX_REASON_LENGTH, MAX_TRACEBACK_LENGTH
from application.jobs.run import Run, Work
from application.shared.store import StoreBusy, StoreError
from domain.jobs.execution import EventKind, Execution, Failure, State
from domain.shared.errors import Conflict, Forbidden, Invalid, Limited, NotFound, PresageError, Unavailable
from tests.behaviour.jobs import JOB, SECOND, Announces, Heard, Told, ask, ask_one, effects, history, nothing, worker
from tests.behaviour.world import World


class Amount(Payload):
    """Not what the job is told."""

    amount: int


class Broken(Payload):
    """Has a check that breaks."""

    text: str

    @field_validator("text")
    @classmethod
    def _check(cls, text: str) -> str:
        return {"good": "good"}[text]


def of(payload: type[Payload]) -> Contract[Any]:
    """The same kind of job, told something else."""
    return Contract(name=JOB.name, queue=JOB.queue, payload=payload)


class Counting:
    """A handler that counts how often it was called."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.calls = 0
        self._error = error

    async def __call__(self, _: Run[Any]) -> None:
        self.calls += 1
        if self._error:
            raise self._error


async def ended(world: World, handler: Counting, end: EventKind, contract: Contract[Any] = JOB) -> Execution:
    """A job that this handler ended so."""
    heard, job = Heard(), await ask_one(world, "told")
    async with worker(world, {JOB.name: Work(contract, handler)}, observer=heard):
        (told,) = await heard.until(end)
    assert await world.queue.get(job.id) == told
    return told


async def test_a_payload_that_does_not_validate_is_a_dead_letter_at_once(world: World) -> None:
    handler = Counting()
    dead = await ended(world, handler, EventKind.DEAD, of(Amount))
    assert handler.calls == 0
    assert (dead.state, dead.attempt) == (State.DEAD_LETTER, 1)
    assert dead.failure is not None
    assert dead.failure.code == "JOB_PAYLOAD"
    assert dead.failure.message == "Give test.job another payload: amount: field required."


async def test_so_is_one_whose_own_check_breaks(world: World) -> None:
    handler = Counting()
    dead = await ended(world, handler, EventKind.DEAD, of(Broken))
    assert handler.calls == 0
    assert dead.failure is not None
    assert (dead.failure.code, "KeyError" in (dead.failure.traceback or "")) == ("JOB_FAULT", True)


async def test_so_is_one_of_a_later_version(world: World) -> None:
    handler, heard = Counting(), Heard()
    await ask_one(world, contract=replace(JOB, version=2))
    async with worker(world, handler, observer=heard):
        (dead,) = await heard.until(EventKind.DEAD)
    assert handler.calls == 0
    assert dead.failure is not None
    assert (dead.failure.code, dead.failure.message) == ("JOB_VERSION", "Update this worker, then requeue the job.")


async def test_one_of_an_earlier_version_runs(world: World) -> None:
    heard = Heard()
    await ask_one(world)
    async with worker(world, nothing, observer=heard, contract=replace(JOB, version=2)):
        await heard.until(EventKind.COMPLETED)


async def test_a_kind_that_no_worker_knows_is_a_dead_letter_at_once(world: World) -> None:
    heard = Heard()
    job = await ask_one(world)
    async with worker(world, {}, observer=heard):
        await heard.until(EventKind.DEAD)
    dead = await world.queue.get(job.id)
    assert dead.failure is not None
    assert (dead.state, dead.failure.code) == (State.DEAD_LETTER, "JOB_UNKNOWN")


@pytest.mark.parametrize("kind", [Invalid, Forbidden, NotFound, Conflict])
async def test_what_is_refused_has_failed_for_good(world: World, kind: type[PresageError]) -> None:
    told = await ended(world, Counting(kind("NO", "Do something else.")), EventKind.FAILED)
    assert (told.state, told.failure) == (State.FAILED, Failure("NO", "Do something else."))
    assert [event.message for event in await world.job_queries.events(told.id, 9)][-1] == "Do something else."


@pytest.mark.parametrize("error", [Unavailable("AWAY", "Later."), Limited("MANY", "Later."), StoreBusy("deadlock")])
async def test_what_may_pass_is_tried_again(world: World, error: PresageError) -> None:
    told = await ended(world, Counting(error), EventKind.RETRYING)
    assert told.due_at == world.clock.now() + SECOND
    assert told.failure is not None
    assert (told.failure.code, told.failure.message) == (error.code, error.message)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret"),
        StoreError("secret"),
        asyncio.CancelledError("secret"),
        SystemExit("secret"),
        TimeoutError("secret"),
        ExceptionGroup("secret", [Invalid("NO", "Do not.")]),
        RecursionError("secret"),
    ],
)
async def test_a_fault_is_tried_again_and_told_to_operators_alone(world: World, error: BaseException) -> None:
    told = await ended(world, Counting(error), EventKind.RETRYING)
    assert told.failure is not None
    assert told.failure.code == "JOB_FAULT"
    assert type(error).__name__ in told.failure.message
    assert "secret" not in told.failure.message
    assert "secret" in (told.failure.traceback or "")


@pytest.mark.parametrize("text", ["a\0b", "half of a pair: \ud800", "\udfff\ud800", "\U0001f600"])
@pytest.mark.parametrize("error", [RuntimeError, lambda text: Invalid("NO", text), lambda text: Limited("NO", text)])
async def test_a_reason_is_kept_whatever_it_holds(
    world: World, text: str, error: Callable[[str], BaseException]
) -> None:
    raised = error(text)
    end = EventKind.FAILED if isinstance(raised, Invalid) else EventKind.RETRYING
    told = await ended(world, Counting(raised), end)
    assert told.failure is not None
    assert told.failure.code in ("NO", "JOB_FAULT")


async def test_a_reason_is_bounded(world: World) -> None:
    told = await ended(world, Counting(Limited("NO", "x" * 1_000_000)), EventKind.RETRYING)
    assert told.failure is not None
    assert len(told.failure.message) == MAX_REASON_LENGTH
    assert len(told.failure.traceback or "") == MAX_TRACEBACK_LENGTH


class Odd:
    """Breaks whoever wants to print it."""

    def __str__(self) -> str:
        raise ValueError("unprintable")


async def test_an_error_that_cannot_be_printed(world: World) -> None:
    told = await ended(world, Counting(RuntimeError(Odd())), EventKind.RETRYING)
    assert "RuntimeError" in str(told.failure)


async def test_a_result_that_the_store_cannot_keep_is_its_jobs_fault_alone(world: World) -> None:
    """All end at the same moment, so that they are settled together."""
    together, heard = asyncio.Barrier(4), Heard()

    async def handler(run: Run[Told]) -> Told:
        await together.wait()
        return Told(text="a\0b" if run.payload.text == "poison" else "good")

    poisoned, *good = [await ask_one(world, text) for text in ("poison", "a", "b", "c")]
    async with worker(world, handler, observer=heard, announcer=Announces(world)):
        await heard.until(EventKind.COMPLETED, 3)
        await heard.until(EventKind.DEAD)
    dead = await world.queue.get(poisoned.id)
    assert (dead.state, dead.attempt, dead.result, dead.finished_at) == ("dead_letter", 1, None, world.clock.now())
    assert dead.failure is not None
    assert dead.failure.code == "JOB_RESULT"
    assert await history(world, dead) == [EventKind.ENQUEUED, EventKind.ACTIVE, EventKind.DEAD]
    assert {(await world.queue.get(job.id)).state for job in good} == {State.COMPLETED}
    assert await effects(world) == sorted(f"completed {job.id}" for job in good)


async def test_a_result_that_is_none(world: World) -> None:
    async def handler(run: Run[Told]) -> str:
        return "no model"

    heard = Heard()
    await ask_one(world)
    async with worker(world, handler, observer=heard):  # type: ignore[arg-type]
        (told,) = await heard.until(EventKind.RETRYING)
    assert "AttributeError" in str(told.failure)


async def test_one_fault_stops_nobody_else(world: World) -> None:
    heard = Heard()

    async def handler(run: Run[Told]) -> None:
        if run.payload.text == "bad":
            raise RuntimeError("no")

    await ask(world, "bad", times=10)
    await ask(world, "good", times=10)
    async with worker(world, handler, observer=heard):
        await heard.until(EventKind.COMPLETED, 10)
        await heard.until(EventKind.RETRYING, 10)
