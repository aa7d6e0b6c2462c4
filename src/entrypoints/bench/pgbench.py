"""The ceiling of one transaction per trade: the least SQL that a trade needs, sent by PostgreSQL's own pgbench."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.embedded.postgres import EmbeddedPostgres
from domain.shared.money import POINT
from entrypoints.bench.figures import Figures, figures

MARKET = UUID("00000000-0000-7000-8002-000000000000")
TRADERS = 256
CLIENTS = 32
SCRIPT = Path(__file__).with_suffix(".sql")

_TRADERS = f"""
    INSERT INTO users (id, handle, role, balance, created_at)
    SELECT ('00000000-0000-7000-8002-' || lpad(to_hex(n), 12, '0'))::uuid, 'pgbench-' || n, 'user', 10 ^ 12, now()
    FROM generate_series(1, {TRADERS}) AS n
"""
_MARKET = f"""
    INSERT INTO markets (id, title, description, category, probability, status, closes_at, fee_bps, lp_fee_bps,
        proposed_by, created_at, changed_at)
    VALUES ('{MARKET}', 'pgbench', '', '', 500000, 'ACTIVE', now() + interval '1 day', 200, 5000,
        '{MARKET}', now(), now())
"""
_POOL = f"""
    INSERT INTO liquidity_pools (market_id, yes, no, lp_supply, collateral, head)
    VALUES ('{MARKET}', {POINT}, {POINT}, {POINT}, {POINT}, sha256('pgbench'))
"""


async def prepare(engine: AsyncEngine) -> None:
    """Add a market and traders of its own; they are no part of the exchange's books."""
    async with engine.begin() as connection:
        for statement in (_TRADERS, _MARKET, _POOL):
            await connection.execute(text(statement))


async def run(server: EmbeddedPostgres, seconds: int) -> Figures:
    """Trade on one market from CLIENTS connections with prepared statements."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            str(server.bin_dir / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2",
            f"--time={seconds}", f"--file={SCRIPT}", f"--define=traders={TRADERS}",
            "--log", f"--log-prefix={folder}/log", f"--host={server.host}", f"--port={server.port}",
            f"--username={server.user}", server.database,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, errors = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"pgbench failed: {errors.decode()[:500]}")
        return figures(list(_latencies(Path(folder))), seconds)


def _latencies(folder: Path) -> Iterator[float]:
    """Third column of pgbench's log: microseconds of each transaction (PostgreSQL manual, pgbench)."""
    for log in folder.iterdir():
        with log.open() as lines:
            yield from (int(line.split()[2]) / 1_000_000 for line in lines)
