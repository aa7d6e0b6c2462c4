"""Acknowledgements thrown away after the commit: clients that repeat their key trade once, others twice."""

import pytest

from tests.faults.plants import BLIND
from tests.faults.scenarios import Ground, dropped


@pytest.mark.timeout(300)
async def test_a_repeated_key_never_trades_twice(ground: Ground) -> None:
    report = await dropped(ground, orders=1_000)
    assert report.findings == [], f"seed {ground.seed}"
    assert report.figures["learnt by retry"] > 0


@pytest.mark.timeout(300)
async def test_a_client_without_keys_is_seen_to_trade_twice(ground: Ground) -> None:
    report = await dropped(ground, orders=500, fresh_keys=True)
    assert report.comparison.doubled, BLIND
