"""SIGKILL under load: nothing acknowledged is lost, nothing is doubled, no µP drifts, and the audit is clean."""

import pytest

from tests.faults.scenarios import Ground, killed

KILLS = 20


@pytest.mark.timeout(300)
async def test_no_kill_loses_or_doubles_a_trade(ground: Ground) -> None:
    report = await killed(ground, KILLS)
    assert report.findings == [], f"seed {ground.seed}"
    assert sum(count for name, count in report.figures.items() if name.startswith("kills of")) == KILLS
    assert report.figures["trades acknowledged"] >= KILLS
    assert report.figures["snapshots"] >= KILLS
