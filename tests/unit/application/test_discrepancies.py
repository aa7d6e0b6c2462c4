"""The check that the other tests end with sees what it is there to see."""

from collections.abc import Callable

import pytest

from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, RemoveLiquidity
from tests.behaviour.world import World
from tests.fakes.state import Row, Tables
from tests.support import discrepancies


@pytest.fixture
async def tables(world: World) -> Tables:
    """A market with a provider, a claim that comes before a removal, and a refused order."""
    market, ada = await world.market(await world.treasury()), await world.user("ada")
    for instruction in (AddLiquidity(POINT), Buy(Outcome.YES, POINT), ClaimFees(), Buy(Outcome.NO, 9 * POINT)):
        await world.place(ada, market, instruction)
    await world.place(ada, market, RemoveLiquidity(POINT))
    with pytest.raises(Exception, match="smaller amount"):
        await world.place(ada, market, Buy(Outcome.YES, 10_000 * POINT))
    return await world.tables()


def more(table: str, column: str) -> Callable[[Tables], None]:
    """One more of something in the last row of a table."""

    def tamper(tables: Tables) -> None:
        tables[table][-1][column] += 1

    return tamper


def drop(table: str, row: int) -> Callable[[Tables], None]:
    def tamper(tables: Tables) -> None:
        del tables[table][row]

    return tamper


def rewrite(tables: Tables) -> None:
    tables["trade_ledger"][2]["hash"] = bytes(32)


def place_twice(tables: Tables) -> None:
    ledger = tables["trade_ledger"]
    ledger[2]["key"] = ledger[1]["key"]


TAMPERINGS = [
    *(more("users", column) for column in ("balance",)),
    *(more("point_grants", column) for column in ("amount",)),
    *(more("liquidity_pools", column) for column in ("yes", "no", "lp_supply", "collateral", "vault_fees", "lp_fees")),
    *(more("liquidity_pools", column) for column in ("lp_fee_per_share", "lp_fee_remainder", "seq")),
    *(more("portfolios", column) for column in ("yes", "no", "yes_basis", "no_basis", "realised")),
    *(more("lp_positions", column) for column in ("shares", "basis", "fee_checkpoint", "fee_owed")),
    *(more("trade_ledger", column) for column in ("seq", "amount_in", "amount_out", "yes_after", "price")),
    *(drop(table, -1) for table in ("users", "portfolios", "lp_positions", "trade_ledger")),
    *(drop("trade_ledger", row) for row in (0, 2)),
    rewrite,
    place_twice,
]


def test_a_sound_store(tables: Tables) -> None:
    assert {row["action"] for row in tables["trade_ledger"]} >= {"FEE_CLAIM", "REMOVE_LIQUIDITY"}
    assert discrepancies(tables) == []


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_tampering_is_seen(tables: Tables, tamper: Callable[[Tables], None]) -> None:
    before: dict[str, list[Row]] = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    tamper(tables)
    assert tables != before
    assert discrepancies(tables) != []
