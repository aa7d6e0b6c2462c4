"""A server that forgets what it acknowledged: the exchange refuses it, and without that the clients' log tells."""

import pytest

from adapters.postgres.engine import NotDurable
from tests.faults.plants import BLIND
from tests.faults.scenarios import Ground, unlogged
from tests.faults.unlogged import altered
from tests.faults.world import world

ATTEMPTS = 3


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
async def test_an_exchange_refuses_a_server_that_forgets(ground: Ground, setting: str) -> None:
    async with world(ground.postgres, markets=1, traders=1) as place, altered(ground.postgres, **{setting: "off"}):
        with pytest.raises(NotDurable, match=setting):
            async with place.exchange():
                pass


@pytest.mark.timeout(300)
async def test_trades_that_such_a_server_forgot_are_missed_by_the_clients_log_alone(ground: Ground) -> None:
    for _ in range(ATTEMPTS):
        report = await unlogged(ground, kills=1)
        assert report.findings == report.comparison.findings, "the points add up, and the audit is clean"
        if report.comparison.lost:
            return
    pytest.fail(BLIND)
