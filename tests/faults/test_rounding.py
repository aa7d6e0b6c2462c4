"""One micro-share rounded for the trader: refused while it is made, and found in the ledger where it was not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.shared.errors import Conflict
from domain.shared.ids import MarketId, UserId
from domain.trading.book import Book, Holding
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import Action
from domain.trading.market import Market, Status
from domain.trading.scene import Scene
from tests.faults.plants import BLIND, rounded_for_the_trader
from tests.faults.scenarios import Ground, misrounded

AMOUNT = 1_000_001
MARKET = MarketId(UUID(int=1))
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_the_guard_refuses_a_pool_rounded_down() -> None:
    market = Market(MARKET, Status.ACTIVE, NOW + timedelta(days=1), 200, 5_000)
    scene = Scene(market, Book(MARKET, Pool(10**9, 10**9), 10**9, 10**9), UserId(UUID(int=2)), Holding(2 * AMOUNT), NOW)
    entry = rounded_for_the_trader(scene, AMOUNT).entry
    with pytest.raises(Conflict) as refusal:
        scene.record(
            Action.BUY,
            outcome=Outcome.YES,
            amount_in=AMOUNT,
            fee=entry.fee,
            yes=entry.yes_after,
            pool=Pool(entry.pool_yes_after, entry.pool_no_after),
        )
    assert refusal.value.code == "K_DECREASED", BLIND


async def test_rounding_against_the_pool_is_found_by_k_and_by_the_audit(ground: Ground) -> None:
    report = await misrounded(ground, trades=3)
    assert any(finding.startswith("3 trades lowered k") for finding in report.findings), BLIND
    assert any("audit differences" in finding and "yes_after is" in finding for finding in report.findings), BLIND
