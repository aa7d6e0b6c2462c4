"""What use cases rely on in a store: locks, isolation, rollback, and constraints that hold whatever is written."""

import asyncio
from dataclasses import replace

import pytest

from application.shared.store import StoreError
from application.trading.ports import Changes, Known, Refusal
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_AMOUNT, POINT
from domain.trading.book import Book
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.liquidity import LpFees, Stake
from domain.trading.orders import CloseOut, Mint, Order
from domain.trading.position import Position
from tests.behaviour.world import World


async def write(world: World, changes: Changes, user: UserId, market: MarketId) -> None:
    async with world.transactions() as transaction:
        await transaction.books.lock_markets([market])
        await transaction.books.lock_users([user])
        await transaction.books.write(changes, world.clock.now())
        await transaction.commit()


async def scene(world: World) -> tuple[UserId, MarketId, LedgerEntry, Book]:
    """A user, a market, his last entry there and its book."""
    market = await world.market(await world.treasury())
    user = await world.user("ada")
    entry = (await world.place(user, market, Mint(POINT))).entry
    return user, market, entry, (await world.queries.market(market)).book


async def test_constraints(world: World) -> None:
    user, market, entry, book = await scene(world)
    following = replace(entry, seq=entry.seq + 1, hash=b"")
    refused = {(user, "refused"): Refusal(b"", Invalid("X", "Y."))}
    await write(world, Changes(refusals=refused), user, market)
    for wrong in (
        Changes(balances={user: -1}, entries=[following]),
        Changes(balances={user: 2**63}, entries=[following]),
        Changes(books={market: replace(book, collateral=-1)}, entries=[following]),
        Changes(books={market: replace(book, vault_fees=-1)}, entries=[following]),
        Changes(books={market: replace(book, lp_fees=LpFees(-1))}, entries=[following]),
        Changes(books={market: replace(book, lp_supply=0)}, entries=[following]),
        Changes(books={market: replace(book, pool=None)}, entries=[following]),
        Changes(books={market: replace(book, collateral=2**63)}, entries=[following]),
        Changes(positions={(market, user): Position(realised=2**63)}, entries=[following]),
        Changes(stakes={(market, user): Stake(shares=-1)}, entries=[following]),
        Changes(stakes={(market, user): Stake(owed=10**60)}, entries=[following]),
        Changes(entries=[entry]),
        Changes(entries=[replace(following, seq=0)]),
        Changes(entries=[replace(following, amount_in=-1)]),
        Changes(entries=[replace(following, amount_in=MAX_AMOUNT + 1)]),
        Changes(entries=[replace(following, action=Action.BUY, amount_in=0)]),
        Changes(entries=[replace(following, fee=1)]),
        Changes(entries=[replace(following, fee=0, vault_fee=1, lp_fee=-1)]),
        Changes(entries=[replace(following, fingerprint=None)]),
        Changes(refusals=refused),
    ):
        before = await world.tables()
        with pytest.raises(StoreError):
            await write(world, wrong, user, market)
        assert await world.tables() == before
    await write(world, Changes(entries=[following]), user, market)


async def test_a_transaction_that_failed_writes_nothing_more(world: World) -> None:
    user, market, entry, _ = await scene(world)
    before = await world.tables()
    async with world.transactions() as transaction:
        await transaction.books.lock_markets([market])
        await transaction.books.lock_users([user])
        with pytest.raises(StoreError):
            await transaction.books.write(Changes(balances={user: 0}, entries=[entry]), world.clock.now())
        with pytest.raises(StoreError):
            await transaction.books.write(Changes(balances={user: 0}), world.clock.now())
        await transaction.commit()
    assert await world.tables() == before


async def test_what_is_not_committed_is_seen_by_nobody_and_rolled_back(world: World) -> None:
    user, market, entry, _ = await scene(world)
    before = await world.tables()
    async with world.transactions() as transaction:
        await transaction.books.lock_markets([market])
        await transaction.books.lock_users([user])
        following = replace(entry, seq=entry.seq + 1, hash=b"")
        await transaction.books.write(Changes(balances={user: 7}, entries=[following]), world.clock.now())
        assert await world.tables() == before
        assert (await world.queries.portfolio(user)).balance != 7
    assert await world.tables() == before


async def test_who_asks_for_a_locked_row_waits_and_then_sees_what_was_committed(world: World) -> None:
    user = await world.user("ada")
    asked, balances = asyncio.Event(), []

    async def second() -> None:
        asked.set()
        async with world.transactions() as transaction:
            balances.append((await transaction.books.lock_users([user]))[user].balance)

    async with world.transactions() as first:
        await first.books.lock_users([user])
        waiting = asyncio.create_task(second())
        await asked.wait()
        await first.books.write(Changes(balances={user: 5}), world.clock.now())
        assert balances == []
        await first.commit()
    await waiting
    assert balances == [5]


async def test_reading_for_a_change(world: World) -> None:
    user, market, entry, book = await scene(world)
    nowhere, nobody = MarketId(world.ids.new()), UserId(world.ids.new())
    other = await world.draft(user)
    async with world.transactions() as transaction:
        books = transaction.books
        markets = await books.lock_markets([other, nowhere, market])
        assert list(markets) == [market, other]
        assert markets[market] == ((await world.queries.market(market)).market, book)
        assert list(await books.lock_users([nobody, user])) == [user]
        holdings = await books.holdings({(market, user), (other, user), (market, nobody), (nowhere, nobody)})
        assert holdings[market, user] == (Position(POINT, POINT, 600_000, 400_000), Stake())
        assert all(holding == (Position(), Stake()) for key, holding in holdings.items() if key != (market, user))
        assert entry.key
        orders = [
            Order(user, market, "new", CloseOut()),
            Order(user, nowhere, entry.key, CloseOut()),
            Order(nobody, market, entry.key, CloseOut()),
            Order(user, market, entry.key, CloseOut()),
        ]
        held = Known(Position(POINT, POINT, 600_000, 400_000))
        assert await books.known(orders) == [held, Known(answer=entry), Known(), replace(held, answer=entry)]
