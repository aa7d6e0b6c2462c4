"""The bank's reader sees a single µP and a single micro-share."""

import pytest

from tests.faults.bank import Bank
from tests.faults.plants import BLIND
from tests.faults.scenarios import Ground
from tests.faults.world import world


@pytest.mark.parametrize(
    ("theft", "told"),
    [
        ("UPDATE users SET balance = balance + 1 WHERE handle = 'trader 0'", "+1 µP"),
        ("UPDATE liquidity_pools SET collateral = collateral - 1", "-1 µP"),
        ("UPDATE liquidity_pools SET yes = yes + 1", "1 markets"),
    ],
)
async def test_it_sees_the_least_that_can_be_taken(ground: Ground, theft: str, told: str) -> None:
    async with world(ground.postgres, markets=1, traders=1) as place:
        bank = Bank(place)
        await bank.read_once()
        assert bank.findings == []
        connection = await place.connect()
        await connection.execute(theft)
        await connection.close()
        await bank.read_once()
    assert any(told in finding for finding in bank.findings), BLIND
