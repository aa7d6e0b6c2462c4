"""The ledger as SQL sees it: it cannot be changed, and its postings are those of the domain."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, CloseOut, Merge, Mint, RemoveLiquidity, Sell
from domain.trading.postings import postings
from tests.behaviour.stores import postgres_world
from tests.behaviour.world import World
from tests.support import entries, on_database

YES, NO = Outcome.YES, Outcome.NO


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with postgres_world(database_url) as built:
        yield built


async def with_every_action(world: World) -> None:
    """One market that is resolved and one that is cancelled, with every kind of entry."""
    treasury = await world.treasury()
    ada, bo = await world.user("ada"), await world.user("bo")
    for end in (lambda market: world.change.resolve(market, YES), world.change.cancel):
        market = await world.market(treasury)
        await world.place(ada, market, AddLiquidity(100 * POINT))
        for user, instruction in (
            (bo, Buy(YES, 50 * POINT)),
            (bo, Sell(YES, 5 * POINT)),
            (bo, Mint(9 * POINT)),
            (bo, Merge(3 * POINT)),
            (ada, ClaimFees()),
            (ada, RemoveLiquidity(40 * POINT)),
            (ada, CloseOut()),
        ):
            await world.place(user, market, instruction)
        await world.sweep(market)
        await end(market)
        await world.settle(market)


async def test_the_view_of_postings_is_the_domains(world: World, database_url: str) -> None:
    await with_every_action(world)
    ledger = entries(await world.tables())
    assert {entry.action for entry in ledger} == set(Action)
    rows = await on_database(
        database_url, "SELECT market_id, seq, user_id, account, asset, change FROM ledger_postings"
    )
    assert sorted(map(tuple, rows)) == sorted(
        (entry.market_id, entry.seq, entry.user_id, posting.account, posting.asset, posting.change)
        for entry in ledger
        for posting in postings(entry)
    )
    uneven = "SELECT market_id, seq, asset FROM ledger_postings GROUP BY 1, 2, 3 HAVING sum(change) <> 0"
    assert await on_database(database_url, uneven) == []


@pytest.mark.parametrize("table", ["trade_ledger", "point_grants"])
async def test_history_cannot_be_changed(world: World, database_url: str, table: str) -> None:
    market, user = await world.market(await world.treasury()), await world.user("ada")
    await world.place(user, market, Mint(POINT))
    before = await world.tables()
    assert before[table]
    for change in (
        f"UPDATE {table} SET user_id = user_id",
        f"UPDATE {table} SET user_id = user_id WHERE false",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(asyncpg.CheckViolationError, match="immutable"):
            await on_database(database_url, change)
    assert await world.tables() == before
