"""The log of administration as SQL sees it, and the command that makes the first administrator."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from domain.accounts.user import Role
from domain.shared.administration import Actor
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy
from tests.behaviour.acting import an_admin
from tests.behaviour.stores import postgres_world
from tests.behaviour.world import World
from tests.integration.audited import audited
from tests.support import on_database

SRC = Path(__file__).parents[2] / "src"


def presage(url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(SRC), "COLUMNS": "100", "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from entrypoints.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


async def administered(world: World) -> Actor:
    """Every kind of action, on markets that were traded."""
    actor = await an_admin(world)
    user, treasury = await world.user("ada"), await world.treasury()
    resolved, cancelled = await world.draft(treasury), await world.draft(treasury)
    for market_id in (resolved, cancelled):
        await world.approve(market_id, 100 * POINT, actor)
        await world.place(user, market_id, Buy(Outcome.YES, 10 * POINT))
    await world.sweep(resolved, actor)
    await world.change.resolve(resolved, Outcome.YES, actor)
    await world.change.cancel(cancelled, actor)
    for market_id in (resolved, cancelled):
        assert await world.settle.part(market_id, 10, actor)
    await world.grant.by(actor, user, POINT, "march")
    await world.change_user.deactivate(user, actor)
    return actor


async def test_the_audit_finds_nothing_after_everything(database_url: str) -> None:
    async with postgres_world(database_url) as world:
        await administered(world)
    assert (await audited(database_url)).clean


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE admin_actions SET reason = 'Another.'",
        "DELETE FROM admin_actions",
        "TRUNCATE admin_actions",
        "UPDATE admin_actions SET reason = reason WHERE false",
    ],
)
async def test_a_record_cannot_be_changed(database_url: str, change: str) -> None:
    async with postgres_world(database_url) as world:
        await administered(world)
        before = await world.tables()
        with pytest.raises(asyncpg.CheckViolationError, match="admin_actions is immutable"):
            await on_database(database_url, change)
        assert await world.tables() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [("action", "'MARKET_SOLD'"), ("subject", "'breaker'"), ("reason", "''"), ("reason", "repeat('r', 501)")],
)
async def test_what_the_table_refuses(database_url: str, column: str, value: str) -> None:
    columns = {"action": "'USER_GRANTED'", "subject": "'user'", "reason": "'Why.'", column: value}
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_admin_actions_{column}"):
        await on_database(
            database_url,
            "INSERT INTO admin_actions (id, at, subject_id, before, after, action, subject, reason) VALUES "
            f"(gen_random_uuid(), now(), gen_random_uuid(), '{{}}', '{{}}', {columns['action']}, {columns['subject']}, "
            f"{columns['reason']})",
        )


async def test_the_command_makes_and_unmakes_an_administrator(database_url: str, tmp_path: Path) -> None:
    async with postgres_world(database_url) as world:
        ada = await world.user("ada [bold]")
        granted = presage(database_url, tmp_path, "admin", "grant", "ada [bold]")
        assert (granted.returncode, granted.stdout, granted.stderr) == (0, "ada [bold] is an administrator.\n", "")
        assert (await world.directory.account(ada)).user.role is Role.ADMIN
        revoked = presage(database_url, tmp_path, "admin", "revoke", "ada [bold]", "--reason", "Left us.")
        assert (revoked.returncode, revoked.stdout) == (0, "ada [bold] is no administrator.\n")
        assert (await world.directory.account(ada)).user.role is Role.USER
    told = await on_database(database_url, "SELECT admin_id, subject_id, reason FROM admin_actions ORDER BY id")
    assert [tuple(row) for row in told] == [
        (None, ada, "By the operator, on the command line."),
        (None, ada, "Left us."),
    ]


async def test_what_the_command_refuses(database_url: str, tmp_path: Path) -> None:
    async with postgres_world(database_url) as world:
        await world.treasury()
    for handle, told in (("nobody", "Nobody has this handle"), ("treasury", "The treasury stays as it is")):
        done = presage(database_url, tmp_path, "admin", "grant", handle)
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr
    done = presage(database_url, tmp_path, "admin", "grant", "treasury", "--reason", "")
    assert (done.returncode, "Give a reason" in done.stderr) == (1, True)
    assert await on_database(database_url, "SELECT * FROM admin_actions") == []
