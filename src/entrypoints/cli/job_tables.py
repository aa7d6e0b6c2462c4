"""Jobs as a terminal shows them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.json import JSON
from rich.table import Table
from rich.text import Text

from application.jobs.ports import JobEvent, QueueStats
from domain.jobs.execution import Execution, State
from domain.jobs.schedule import Schedule

ID_WIDTH = 36
"""Of an id, which is there to be copied."""

_STYLES = {
    State.ACTIVE: "cyan",
    State.RETRYING: "yellow",
    State.COMPLETED: "green",
    State.FAILED: "red",
    State.DEAD_LETTER: "bold red",
    State.CANCELLED: "dim",
}


def queues_table(queues: Sequence[QueueStats], now: datetime) -> Table:
    """Every queue and its jobs by state."""
    table = _table("Queue", "Waiting", "Active", "Retrying", "Later", "Failed", "Dead", "Oldest", "Ended/min")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in queues:
        numbers = each.waiting, each.active, each.retrying, each.later, each.failed, each.dead
        oldest = _length(now - each.oldest_due) if each.oldest_due else "–"
        table.add_row(each.queue, *(f"{number:,}" for number in numbers), oldest, f"{each.ended:,}")
    return table


def jobs_table(jobs: Sequence[Execution], now: datetime) -> Table:
    """Jobs, one on a line."""
    table = _table("Job", "Kind", "State", "Try", "Done", "Age", "Told")
    table.columns[0].min_width = ID_WIDTH
    for column in table.columns[3:6]:
        column.justify = "right"
    for job in jobs:
        told = job.failure.code if job.failure and job.state is not State.COMPLETED else job.message
        age = _length(now - job.created_at)
        table.add_row(str(job.id), job.name, _state(job), str(job.attempt), f"{job.progress} %", age, Text(told))
    return table


def schedules_table(schedules: Sequence[Schedule]) -> Table:
    """Schedules, one on a line; their job where it has another name."""
    table = _table("Schedule", "Cron", "Zone", "Next (UTC)", "Last (UTC)", "Skipped")
    table.columns[5].justify = "right"
    for each in schedules:
        plan = each.plan
        name = plan.name if plan.name == plan.job else f"{plan.name}: {plan.job}"
        coming = "paused" if each.paused else _minute(each.next_at)
        table.add_row(name, plan.cron, plan.zone, coming, _minute(each.last_fire_at), f"{each.skipped:,}")
    return table


def overview(queues: Sequence[QueueStats], jobs: Sequence[Execution], now: datetime) -> RenderableType:
    """Queues, and the newest jobs."""
    return Group(queues_table(queues, now), jobs_table(jobs, now))


def story(job: Execution, events: Sequence[JobEvent]) -> RenderableType:
    """One job with all that happened to it."""
    head = Table.grid(padding=(0, 2))
    for name, value in (("Job", str(job.id)), ("Kind", f"{job.name}, version {job.version}"), ("Queue", job.queue)):
        head.add_row(name, value)
    head.add_row("State", _state(job))
    head.add_row("Payload", JSON(job.payload, indent=None))
    if job.result is not None:
        head.add_row("Result", JSON(job.result, indent=None))
    if job.failure is not None:
        head.add_row("Error", Text(f"{job.failure.code}: {job.failure.message}", "red"))
    parts: list[RenderableType] = [head]
    if events:
        parts.append(_history(events))
    if job.failure is not None and job.failure.traceback:
        parts.append(Text(job.failure.traceback, "dim"))
    return Group(*parts)


def _history(events: Sequence[JobEvent]) -> Table:
    table = Table("At (UTC)", "Event", "Attempt", "Told", box=SIMPLE_HEAD)
    for event in events:
        done = f"{event.percent} % " if event.percent is not None else ""
        at = f"{event.at:%Y-%m-%d %H:%M:%S.%f}"[:-3]
        table.add_row(at, event.kind, str(event.attempt), Text(done + (event.message or "")))
    return table


def _table(*names: str) -> Table:
    """One line for each row, as narrow as may be."""
    table = Table(*names, box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in table.columns:
        column.no_wrap = True
    return table


def _minute(at: datetime | None) -> str:
    return f"{at:%d %b %H:%M}" if at else "–"


def _state(job: Execution) -> Text:
    return Text(job.state.replace("_", " "), _STYLES.get(job.state, ""))


def _length(time: timedelta) -> str:
    """A length of time in its largest unit but one."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} m" if hours else f"{minutes} m {seconds} s"
