"""Sixteen transactions at a time over few users: locked in one order they never deadlock, in no order they do."""

import pytest

from tests.faults.plants import BLIND
from tests.faults.scenarios import Ground, contended


@pytest.mark.timeout(300)
async def test_ordered_locks_never_deadlock(ground: Ground) -> None:
    report = await contended(ground, orders=800)
    assert report.findings == [], f"seed {ground.seed}"


@pytest.mark.timeout(300)
async def test_unordered_locks_are_seen_to_deadlock(ground: Ground) -> None:
    report = await contended(ground, orders=200, unordered=True)
    assert report.figures["deadlocks"] > 0, BLIND
    assert report.findings == [f"{report.figures['deadlocks']} deadlocks"], "whatever deadlocks, nothing is lost"
