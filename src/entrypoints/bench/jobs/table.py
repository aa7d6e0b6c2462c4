"""Jobs measured, one figure after the other, as a table."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Console
from rich.status import Status
from rich.table import Table

from entrypoints.bench.exchange import prepare
from entrypoints.bench.http.table import mark
from entrypoints.bench.jobs.over_http import asked_over_http
from entrypoints.bench.jobs.processes import cpu_percent, worker
from entrypoints.bench.jobs.scenarios import ARRIVALS, JobBench
from entrypoints.bench.jobs.trades import desk_rate, drained_rate
from entrypoints.container import Container
from entrypoints.settings import Settings

JOBS = 10_000
TOGETHER = 100
"""Orders of one job, as a batch has them."""

ARRIVING_SECONDS = 5
IDLE_SECONDS = 10
START_SECONDS = 6

MOST_IDLE_PERCENT = 3
LONGEST_PICK_UP_MS = 10
LONGEST_AGAINST_BARE = 1.5
LEAST_JOBS = 2_000
LONGEST_COMPLETION_SECONDS = 5
LEAST_OF_DESK = 0.5
LONGEST_ASKING_MS = 100
LONGEST_READING_MS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, what was measured beside it, and whether it is as it should be."""

    name: str
    figure: str
    beside: str
    reached: bool
    wanted: str


class Found(NamedTuple):
    """Milliseconds, rates a second, per cent and seconds, as the rows name them."""

    bare: float
    plain: float
    desk: float
    idle: float
    picked: float
    rate: float
    completed: float
    drained: float
    together: float
    asking: float
    reading: float


async def job_table(exchange: Container, settings: Settings, console: Console) -> Table:
    """Measure all there is, in turn."""
    table = Table(title="Jobs, one worker process")
    for heading in ("measured", "figure", "beside", "to reach"):
        table.add_column(heading, justify="left" if heading == "measured" else "right")
    with console.status("Preparing") as progress:
        for row in _rows(await _measured(exchange, settings, progress)):
            table.add_row(row.name, row.figure, row.beside, f"{mark(row.reached)} {row.wanted}")
    return table


async def _measured(exchange: Container, settings: Settings, progress: Status) -> Found:
    bench, scene = JobBench(exchange, settings), await prepare(exchange)
    progress.update("One claim and one round trip")
    bare = await bench.bare()
    progress.update("Plain Dramatiq")
    plain = await bench.plain(JOBS)
    progress.update("The desk in process")
    desk = await desk_rate(exchange, scene)
    with worker(settings) as process:
        await asyncio.sleep(START_SECONDS)
        progress.update("An idle worker")
        idle = await asyncio.to_thread(cpu_percent, process.pid, IDLE_SECONDS)
        progress.update("Sparse jobs")
        picked = await bench.pick_up()
        progress.update("Many jobs")
        rate = await bench.throughput(JOBS)
        progress.update("Jobs that arrive one by one")
        completed = await bench.completion(ARRIVING_SECONDS)
        progress.update("Queued trades")
        drained = await drained_rate(exchange, scene, bench)
        together = await drained_rate(exchange, scene, bench, TOGETHER)
        progress.update("Over HTTP")
        asking, reading = await asked_over_http(exchange, scene, bench)
    return Found(bare, plain, desk, idle, picked, rate, completed, drained, together, asking, reading)


def _rows(found: Found) -> list[Row]:
    picked_up = min(LONGEST_PICK_UP_MS, LONGEST_AGAINST_BARE * found.bare)
    return [
        Row("idle worker, of one core", f"{found.idle:.1f} %", "", found.idle < MOST_IDLE_PERCENT, "< 3 %"),
        Row(
            "sparse pick-up, p50",
            f"{found.picked:.1f} ms",
            f"bare {found.bare:.1f} ms",
            found.picked <= picked_up,
            f"≤ {LONGEST_PICK_UP_MS} ms, ≤ {LONGEST_AGAINST_BARE} × bare",
        ),
        Row(
            "audited jobs/s",
            f"{found.rate:,.0f}",
            f"plain Dramatiq {found.plain:,.0f}",
            found.rate >= max(LEAST_JOBS, found.plain),
            f"≥ {LEAST_JOBS:,}, ≥ plain",
        ),
        Row(
            f"completion at {ARRIVALS} jobs/s, p95",
            f"{found.completed:.2f} s",
            "",
            found.completed < LONGEST_COMPLETION_SECONDS,
            f"< {LONGEST_COMPLETION_SECONDS} s",
        ),
        _drained("queued trades/s, each a job", found.drained, found.desk),
        _drained(f"queued trades/s, {TOGETHER} a job", found.together, found.desk),
        Row("POST /jobs, p95", f"{found.asking:.0f} ms", "", found.asking < LONGEST_ASKING_MS, "< 100 ms"),
        Row(
            "GET /jobs/{id}, p95",
            f"{found.reading:.0f} ms",
            "",
            found.reading < LONGEST_READING_MS,
            "< 50 ms",
        ),
    ]


def _drained(name: str, rate: float, desk: float) -> Row:
    reached = rate >= LEAST_OF_DESK * desk
    return Row(name, f"{rate:,.0f}", f"desk {desk:,.0f}", reached, f"≥ {LEAST_OF_DESK} × desk")
