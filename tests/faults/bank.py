"""Bank reads: while trades run, every snapshot of the whole exchange has to sum exactly."""

import asyncio
from dataclasses import dataclass, field

import asyncpg

from tests.faults.connections import LOST
from tests.faults.world import World

PAUSE_S = 0.02

_SNAPSHOT = """
    SELECT
        (SELECT sum(balance) FROM users)
            + (SELECT sum(collateral + vault_fees + lp_fees) FROM liquidity_pools)
            - (SELECT sum(amount) FROM point_grants) AS drift,
        (SELECT count(*) FROM liquidity_pools p LEFT JOIN (
            SELECT market_id, sum(yes) AS yes, sum(no) AS no FROM portfolios GROUP BY market_id
        ) h USING (market_id)
        WHERE p.yes + coalesce(h.yes, 0) <> p.collateral OR p.no + coalesce(h.no, 0) <> p.collateral) AS uncovered
"""


@dataclass(slots=True)
class Bank:
    """Reads snapshot after snapshot on a connection of its own; `findings` names each that does not sum."""

    world: World
    snapshots: int = 0
    findings: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Read until cancelled; while PostgreSQL is away, wait for it."""
        while True:
            try:
                await self._read_on()
            except LOST:
                await asyncio.sleep(PAUSE_S)

    async def read_once(self) -> None:
        """Take one snapshot of an exchange at rest."""
        connection = await self.world.connect()
        try:
            await self._read(connection)
        finally:
            await connection.close()

    async def _read_on(self) -> None:
        connection = await self.world.connect()
        try:
            while True:
                await self._read(connection)
                await asyncio.sleep(PAUSE_S)
        finally:
            connection.terminate()

    async def _read(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Take one snapshot: one statement sees one state of the database."""
        row = await connection.fetchrow(_SNAPSHOT)
        assert row is not None
        self.snapshots += 1
        if row["drift"]:
            self.findings.append(f"snapshot {self.snapshots}: {row['drift']:+} µP beyond what was granted")
        if row["uncovered"]:
            self.findings.append(f"snapshot {self.snapshots}: {row['uncovered']} markets whose shares are not covered")
