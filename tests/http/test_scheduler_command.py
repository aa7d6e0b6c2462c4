"""`presage scheduler`: jobs start at their times, as the settings and administrators have them."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from domain.shared.errors import Invalid
from entrypoints.cli.scheduler import scheduler
from entrypoints.settings import Settings
from tests.faults.waiting import until
from tests.http.command import OURS, failed, fetched, running
from tests.support import on_database

BUILT_IN = {plan.name for plan in Settings().plans}
PING = {"name": "ping", "job": "system.ping", "cron": "0 9 * * 1-5", "zone": "Europe/London"}
PATIENCE_S = 10.0


async def started(url: str) -> set[str]:
    return {row["name"] for row in await on_database(url, "SELECT name FROM job_executions")}


async def has_started(url: str, names: set[str]) -> bool:
    return await started(url) >= names


async def declared(url: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: dict(row) for row in await on_database(url, "SELECT * FROM job_schedules")}


async def test_it_starts_what_is_due(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "PRESAGE_SCHEDULES": json.dumps([PING])}
    with running(tmp_path, "scheduler", "--port", "0", **environment) as command:
        assert fetched(f"{command.url}/livez")[0] == 200
        assert fetched(f"{command.url}/readyz")[0] == 200
        assert set(await declared(database_url)) == {*BUILT_IN, "ping"}
        await on_database(database_url, "UPDATE job_schedules SET next_at = now() + interval '1 second'")
        assert await until(lambda: has_started(database_url, {*BUILT_IN, "system.ping"}), PATIENCE_S)
        assert command.stop(signal.SIGTERM) == (0, "")
    assert await started(database_url) == {*BUILT_IN, "system.ping"}
    daily = (await declared(database_url))["maintenance.refresh_statistics"]
    assert (daily["skipped"], daily["trouble"]) == (0, None)


async def test_what_was_missed_while_it_was_killed_is_started_once(database_url: str, tmp_path: Path) -> None:
    with running(tmp_path, "scheduler", "--port", "0", DATABASE_URL=database_url) as command:
        command.process.kill()
        command.end()
    name = "maintenance.expire_sessions"
    await on_database(
        database_url, "UPDATE job_schedules SET next_at = now() - interval '5 hours' WHERE name = $1", name
    )
    missed = (await declared(database_url))[name]["next_at"]
    with running(tmp_path, "scheduler", "--port", "0", DATABASE_URL=database_url) as command:
        assert await until(lambda: has_started(database_url, {name}), PATIENCE_S)
        assert command.stop(signal.SIGINT) == (0, "")
    row = (await declared(database_url))[name]
    assert (row["last_fire_at"], row["skipped"]) == (missed, 0)
    jobs = await on_database(database_url, "SELECT id FROM job_executions WHERE name = $1", name)
    assert [job["id"] for job in jobs] == [row["last_job_id"]]


def test_a_schedule_that_cannot_be_used_is_told_at_once(database_url: str, tmp_path: Path) -> None:
    wanted = json.dumps([PING | {"job": "no.job"}])
    said = failed(tmp_path, "scheduler", DATABASE_URL=database_url, PRESAGE_SCHEDULES=wanted)
    assert said.startswith("Choose one of ")
    assert "system.ping" in said


def test_without_a_database_it_says_where_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Invalid, match=r"Set DATABASE_URL .* `presage up`"):
        scheduler()
