"""Jobs at random on two stores, in memory and on PostgreSQL: both must answer the same, and keep the same rows."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from adapters.embedded.postgres import EmbeddedPostgres
from application.jobs.observers import Silent
from application.jobs.ports import Held, JobsOf
from application.jobs.queue_service import Asked
from application.jobs.reap import Reap
from application.jobs.run import Work
from domain.jobs.execution import Execution, State, Step
from domain.jobs.retry import Delays
from domain.shared.errors import PresageError
from tests.behaviour.jobs import EFFECT, JOB, LEASE, SECOND, Announces, Told, nothing
from tests.behaviour.stores import memory_world, postgres_world
from tests.behaviour.test_jobs_fencing import have_effect, run_of
from tests.behaviour.world import World
from tests.conftest import empty_tables
from tests.fakes.state import Tables
from tests.fakes.world import FakeClock, FakeIds
from tests.support import fresh_database, on_database
from tests.unit.domain.executions import FAILURE

QUEUES = (JOB.queue, EFFECT.queue)
WHAT = [
    "ask",
    "claim",
    "claim",
    "settle",
    "settle",
    "commit",
    "renew",
    "renew",
    "tell",
    "reap",
    "cancel",
    "requeue",
    "read",
]
ENDS: tuple[Callable[[Execution, World], Step], ...] = (
    lambda job, world: job.complete('{"text": "result"}', world.clock.now()),
    lambda job, world: job.refuse(FAILURE, world.clock.now()),
    lambda job, world: job.bury(FAILURE, world.clock.now()),
    lambda job, world: job.fail(FAILURE, Delays((SECOND, SECOND)), world.clock.now()),
    lambda job, _: job.release(),
    lambda job, world: job.cancelled(world.clock.now()),
)

WAITS = [timedelta(0), timedelta(microseconds=1), SECOND, LEASE / 2, LEASE]
Act = Callable[[World], Awaitable[object]]


class Ground:
    """A loop, and in it the world on PostgreSQL; its database need not outlive the server."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._runner = asyncio.Runner()
        self._open = AsyncExitStack()
        self._url = self.run(self._open.enter_async_context(fresh_database(server)))
        [[name]] = self.run(on_database(self._url, "SELECT current_database()"))
        self.run(on_database(self._url, f"ALTER DATABASE {name} SET synchronous_commit = off"))
        self._postgres = self.run(self._open.enter_async_context(postgres_world(self._url)))

    def run(self, waited: Awaitable[Any]) -> Any:
        """Its answer."""

        async def wait() -> Any:
            return await waited

        return self._runner.run(wait())

    def worlds(self) -> tuple[World, World]:
        """Both, as if nothing had happened yet."""
        self.run(empty_tables(self._url))
        memory = self.run(self._open.enter_async_context(memory_world()))
        return memory, replace(self._postgres, clock=FakeClock(), ids=FakeIds())

    def close(self) -> None:
        self.run(self._open.aclose())
        self._runner.close()


class JobsMachine(RuleBasedStateMachine):
    """`held` are the jobs that workers have or once had, as they know them: some are theirs no more."""

    ground: ClassVar[Ground]
    seen: ClassVar[Counter[str]] = Counter()
    spoil: ClassVar[Callable[[World], World]] = staticmethod(lambda world: world)

    def __init__(self) -> None:
        super().__init__()
        memory, postgres = self.ground.worlds()
        self.worlds = type(self).spoil(memory), postgres
        self.asked: list[Execution] = []
        self.held: list[Execution] = []

    @rule(
        what=st.sampled_from(WHAT),
        by=st.sampled_from(WAITS),
        pick=st.integers(0, 10**6),
        many=st.integers(1, 4),
    )
    def happen(self, what: str, by: timedelta, pick: int, many: int) -> None:
        for world in self.worlds:
            world.clock.advance(by)
        getattr(self, what)(pick, many)

    def ask(self, pick: int, many: int) -> None:
        async def act(world: World) -> object:
            async with world.transactions() as transaction:
                asked = Asked(key=(None, None, "a", "b")[pick % 4], due_at=world.clock.now() + WAITS[pick % 5])
                added = await world.queue.add_many(
                    transaction.jobs, JOB, [Told(text="xy"[pick % 3 == 0])] * many, asked
                )
                await transaction.commit()
            return [(each.repeated, plain(each.execution)) for each in added]

        self.asked += [job for _, job in self.both("ask", act)]

    def claim(self, pick: int, many: int) -> None:
        async def act(world: World) -> object:
            taken = await world.runs.claim(JOB.queue, many, f"worker {many}", world.clock.now(), LEASE, pick % 3)
            return [plain(job) for job in taken]

        self.held += self.both("claim", act)

    def settle(self, pick: int, many: int) -> None:
        chosen = {job.id: job for job in self.some(self.held, pick, many)}

        async def act(world: World) -> object:
            steps = [ENDS[(pick + place) % len(ENDS)](job, world) for place, job in enumerate(chosen.values())]
            follow_ups = await Announces(world).follow_ups(steps)
            return await world.runs.settle(steps, follow_ups, world.clock.now())

        for settled in self.both("settle", act):
            self.seen[f"settled: {settled}"] += 1

    def commit(self, pick: int, many: int) -> None:
        async def act(world: World) -> object:
            for job in self.some(self.held, pick, 1):
                run = run_of(world, replace(job, payload="{}"), Announces(world))
                way = run.ending if many > 1 else run.fenced
                await have_effect(way(world.transactions), world, f"effect of {job.id}")
            return ()

        self.both("commit", act)

    def renew(self, pick: int, many: int) -> None:
        held = {Held(job.id, job.attempt) for job in self.some(self.held, pick, 2 * many)}

        async def act(world: World) -> object:
            return dict(await world.runs.renew(sorted(held), world.clock.now() + WAITS[pick % 5]))

        for cancelled in self.both("renew", act).values():
            self.seen[f"to be cancelled: {cancelled}"] += 1

    def tell(self, pick: int, many: int) -> None:
        async def act(world: World) -> object:
            told = [job.tell(pick % 101, "So far.") for job in self.some(self.held, pick, many)]
            return [await world.runs.progress(step, world.clock.now()) for step in told]

        for told in self.both("tell", act):
            self.seen[f"told: {told}"] += 1

    def reap(self, _: int, __: int) -> None:
        async def act(world: World) -> object:
            works = {JOB.name: Work(replace(JOB, retries=Delays((SECOND,))), nothing)}
            return await Reap(world.transactions, works, world.clock, Announces(world), Silent())(1_000)

        self.seen["reaped"] += self.both("reap", act)

    def cancel(self, pick: int, _: int) -> None:
        async def act(world: World) -> object:
            return [plain(await world.queue.cancel(job.id)) for job in self.some(self.asked, pick, 1)]

        self.both("cancel", act)

    def requeue(self, pick: int, _: int) -> None:
        async def act(world: World) -> object:
            return [plain(await world.queue.retry(job.id)) for job in self.some(self.asked, pick, 1)]

        self.both("requeue", act)

    def read(self, pick: int, many: int) -> None:
        """A page of a list, how many there are, what is due next, and a job's history."""
        wanted = JobsOf(state=(None, *State)[pick % 8], queue=(None, *QUEUES)[pick % 3])
        known = self.some(self.asked, pick, 1)

        async def act(world: World) -> object:
            page = await world.queue.list(wanted, many, known[0].id if known and many > 1 else None)
            events = [await world.job_queries.events(job.id, 100, after=pick % 3) for job in known]
            count, due = await world.job_queries.count(wanted), await world.runs.next_due(QUEUES)
            return list(map(plain, page.items)), page.next, count, dict(due), events

        self.both("read", act)

    def some(self, jobs: Sequence[Execution], pick: int, many: int) -> list[Execution]:
        """So many different ones of them, counted from the last one; fewer where there are not so many."""
        return [jobs[-1 - (pick + place) % len(jobs)] for place in range(min(many, len(jobs)))]

    def both(self, name: str, act: Act) -> Any:
        """What both stores answer: their errors are told by their codes."""
        answers = [self.ground.run(_answer(act(world))) for world in self.worlds]
        assert answers[0] == answers[1], name
        refused = isinstance(answers[0], str)
        self.seen[f"{name}: {answers[0]}" if refused else name] += 1
        return () if refused else answers[0]

    def teardown(self) -> None:
        """Every row is the same, every count too, and every job's history is without a gap."""
        self.both("stats", lambda world: world.queue.stats())
        memory, postgres = (self.ground.run(world.tables()) for world in self.worlds)
        for table in ("job_executions", "job_events"):
            assert memory[table] == postgres[table]
        assert gaps(postgres) == []


async def _answer(asked: Awaitable[object]) -> object:
    try:
        return await asked
    except PresageError as error:
        return error.code


def plain(job: Execution) -> Execution:
    """Without the texts that stores may write in other ways."""
    return replace(job, payload="", result=job.result and "")


def gaps(tables: Tables) -> list[object]:
    """Jobs whose events are not numbered from 1 to the job's own count."""
    numbers = {job["id"]: list(range(1, job["seq"] + 1)) for job in tables["job_executions"]}
    found = {
        job_id: [event["seq"] for event in tables["job_events"] if event["job_id"] == job_id] for job_id in numbers
    }
    return [job_id for job_id in numbers if numbers[job_id] != found[job_id]]
