"""`presage jobs`, run in this process on a database that is there."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from application.jobs.ports import JobsOf
from domain.jobs.execution import Failure
from domain.shared.errors import PresageError
from entrypoints.cli import commands  # noqa: F401 - registers the commands on `app`
from entrypoints.cli.app import app
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings

ANY = JobsOf()
LEASE = timedelta(minutes=1)
UNREAD = "This payload does not fit."


@pytest.fixture
def settings_of(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    return Settings(_env_file=None)  # type: ignore[call-arg]


def presage(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["jobs", *arguments])


def on_exchange(settings: Settings, step: Callable[[Container], Awaitable[None]]) -> None:
    async def run() -> None:
        async with container(settings, migrate=False) as exchange:
            await step(exchange)

    asyncio.run(run())


async def bury_all(exchange: Container) -> None:
    """Let every job that waits become a dead letter."""
    clock, runs = exchange.clock(), exchange.runs()
    for queue in {job.queue for job in (await exchange.queue_service().list(ANY, 10)).items}:
        taken = await runs.claim(queue, 10, "a test", clock.now(), LEASE)
        await runs.settle([job.bury(Failure("JOB_PAYLOAD", UNREAD), clock.now()) for job in taken], {}, clock.now())


def test_a_job_from_being_asked_for_to_being_cleared(settings_of: Settings) -> None:
    asked = presage("trigger", "system.ping", '{"echo": "hello"}', "--key", "one")
    job = asked.stdout.split()[0]
    assert presage("trigger", "system.ping", '{"echo": "hello"}', "--key", "one").stdout.split() == [
        job,
        *["(asked", "for", "before)"],
    ]
    assert job in presage("list", "--state", "pending").stdout
    assert '"hello"' in presage("show", job).stdout

    on_exchange(settings_of, bury_all)
    assert UNREAD in presage("show", job).stdout
    assert presage("retry").stdout == "1 to be tried again.\n"
    on_exchange(settings_of, bury_all)
    assert presage("retry", job).stdout == "1 to be tried again.\n"
    on_exchange(settings_of, bury_all)
    assert presage("clear", "--queue", "trades").stdout == "0 removed.\n"
    assert presage("clear").stdout == "1 removed.\n"
    assert job not in presage("list").stdout


def test_a_job_is_taken_back(settings_of: Settings) -> None:
    job = presage("trigger", "system.ping").stdout.strip()
    assert presage("cancel", job).stdout == "cancelled\n"
    assert "cancelled" in presage("list").stdout
    assert "maintenance" in presage("stats").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["trigger", "no.such.job"], "JOB_UNKNOWN"),
        (["trigger", "system.ping", '{"other": 1}'], "JOB_PAYLOAD"),
        (["show", "no id"], "JOB_ID"),
        (["show", "01a20529-4a0c-742f-a22a-cf9ff5300676"], "JOB_NOT_FOUND"),
    ],
)
def test_what_cannot_be_done_says_so(settings_of: Settings, arguments: list[str], code: str) -> None:
    error = presage(*arguments).exception
    assert isinstance(error, PresageError)
    assert error.code == code


def test_schedules_are_listed(settings_of: Settings) -> None:
    assert "Next (UTC)" in presage("schedules").stdout
