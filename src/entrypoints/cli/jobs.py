"""`presage jobs`: ask for jobs, follow them and mend them; works beside a running exchange."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID

import typer
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from application.jobs.ports import JobsOf
from application.jobs.queue_service import Asked, QueueService
from domain.jobs.execution import Execution, Queue, State
from domain.shared.administration import Actor
from domain.shared.errors import Invalid, NotFound
from domain.shared.ids import JobId
from entrypoints.api import require_current
from entrypoints.cli.admin import BY_OPERATOR
from entrypoints.cli.app import app
from entrypoints.cli.job_tables import jobs_table, overview, queues_table, schedules_table, story
from entrypoints.container import Container
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings

REFRESH_SECONDS = 1.0
FOLLOW_SECONDS = 0.2
MOST_LISTED = 200
OPERATOR = Actor(None, BY_OPERATOR)

T = TypeVar("T")

jobs = typer.Typer(name="jobs", help="Ask for jobs, follow them and mend them.", no_args_is_help=True)
app.add_typer(jobs)

Job: TypeAlias = Annotated[str, typer.Argument(help="The job's id.", show_default=False)]
OfQueue: TypeAlias = Annotated[Queue | None, typer.Option("--queue", help="Of one queue.")]
InState: TypeAlias = Annotated[State | None, typer.Option("--state", help="In one state.")]
Named: TypeAlias = Annotated[str | None, typer.Option("--name", help="Of one kind, such as email.send.")]
Most: TypeAlias = Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="At most so many, the newest first.")]


@jobs.command()
def trigger(
    name: Annotated[str, typer.Argument(help="The kind of job, such as system.ping.", show_default=False)],
    payload: Annotated[str, typer.Argument(help="What it is told, as JSON.")] = "{}",
    *,
    key: Annotated[str | None, typer.Option(help="The same key asks for the same job, once.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Show its progress until it ends.")] = False,
) -> None:
    """Ask for a job."""

    async def ask(exchange: Container) -> Execution:
        work = exchange.works().get(name)
        if work is None:
            raise NotFound("JOB_UNKNOWN", f"Choose one of {', '.join(sorted(exchange.works()))}.", job=name)
        queue = exchange.queue_service()
        told = work.contract.read(payload, work.contract.version)
        added = await queue.request(work.contract, told, Asked(key=key))
        _say(f"{added.execution.id}{' (asked for before)' if added.repeated else ''}")
        return await _follow(queue, added.execution.id) if wait else added.execution

    job = _run(ask)
    if wait:
        Console().print(story(job, ()))
        raise typer.Exit(0 if job.state is State.COMPLETED else 1)


@jobs.command("list")
def list_(state: InState = None, queue: OfQueue = None, name: Named = None, limit: Most = 20) -> None:
    """List jobs, the newest first."""
    wanted = JobsOf(state=state, queue=queue, name=name)

    async def read(exchange: Container) -> RenderableType:
        found = await exchange.queue_service().list(wanted, limit)
        return jobs_table(found.items, exchange.clock().now())

    Console().print(_run(read))


@jobs.command()
def show(job: Job) -> None:
    """Show one job: its payload, its history, its result or what went wrong."""

    async def read(exchange: Container) -> RenderableType:
        found = await exchange.queue_service().get(_id(job))
        return story(found, await exchange.job_queries().events(found.id, MOST_LISTED))

    Console().print(_run(read))


@jobs.command()
def stats() -> None:
    """Count the jobs of every queue."""

    async def read(exchange: Container) -> RenderableType:
        return queues_table(await exchange.queue_service().stats(), exchange.clock().now())

    Console().print(_run(read))


@jobs.command()
def retry(
    job: Annotated[str | None, typer.Argument(help="The job's id; none for all dead letters.")] = None,
    queue: OfQueue = None,
    name: Named = None,
) -> None:
    """Try a job again that failed, or every dead letter of a queue or a kind."""

    async def again(exchange: Container) -> int:
        jobs = exchange.administer_jobs()
        if job is None:
            return await _all(jobs.requeue_dead, JobsOf(queue=queue, name=name))
        await jobs.retry(_id(job), OPERATOR)
        return 1

    _say(f"{_run(again):,} to be tried again.")


@jobs.command()
def clear(queue: OfQueue = None, name: Named = None) -> None:
    """Remove dead letters for good: all, or those of a queue or a kind."""
    wanted = JobsOf(queue=queue, name=name)
    _say(f"{_run(lambda exchange: _all(exchange.administer_jobs().purge_dead, wanted)):,} removed.")


@jobs.command()
def schedules() -> None:
    """List schedules: what is started when."""

    async def read(exchange: Container) -> RenderableType:
        return schedules_table(await exchange.schedule_queries().schedules(MOST_LISTED))

    Console().print(_run(read))


@jobs.command()
def cancel(job: Job) -> None:
    """Take a job back; an active one ends soon."""
    _say(f"{_run(lambda exchange: exchange.administer_jobs().cancel(_id(job), OPERATOR)).state}")


@jobs.command()
def watch() -> None:
    """Watch queues and jobs, live, until Ctrl-C."""

    async def look(exchange: Container) -> None:
        service, clock = exchange.queue_service(), exchange.clock()
        with Live(console=Console(), auto_refresh=False) as live:
            while True:
                recent = await service.list(JobsOf(), limit=15)
                live.update(overview(await service.stats(), recent.items, clock.now()), refresh=True)
                await asyncio.sleep(REFRESH_SECONDS)

    _run(look)


def _run(step: Callable[[Container], Awaitable[T]]) -> T:
    async def run(settings: Settings) -> T:
        async with _exchange(settings) as exchange:
            return await step(exchange)

    given = Settings()
    with servers(given) as settings:  # no Valkey of our own: it may be what is not well, and workers look by themselves
        return complete(run(settings))


@asynccontextmanager
async def _exchange(settings: Settings) -> AsyncIterator[Container]:
    async with container(settings, migrate=False) as exchange:
        await require_current(exchange.engine())
        yield exchange


async def _follow(queue: QueueService, job_id: JobId) -> Execution:
    """Show a job's progress until it ends."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("pending", total=100)
        while not (job := await queue.get(job_id)).state.final:
            bar.update(task, completed=job.progress, description=job.message or job.state)
            await asyncio.sleep(FOLLOW_SECONDS)
    return job


async def _all(step: Callable[[JobsOf, Actor], Awaitable[int]], wanted: JobsOf) -> int:
    """Change dead letters a bounded number at a time, until none is left: how many there were."""
    done = 0
    while changed := await step(wanted, OPERATOR):
        done += changed
    return done


def _id(text: str) -> JobId:
    try:
        return JobId(UUID(text))
    except ValueError:
        raise Invalid("JOB_ID", "Give the id of a job, as `presage jobs list` shows it.") from None


def _say(told: str) -> None:
    Console().print(told, highlight=False, markup=False, soft_wrap=True)
