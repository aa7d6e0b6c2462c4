"""A market to settle, and what is left when it is."""

from collections import Counter

from application.shared.pages import MAX_PAGE
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.orders import AddLiquidity, Buy, Mint, Sell
from domain.trading.position import Position
from tests.behaviour.world import World
from tests.support import discrepancies

YES, NO = Outcome.YES, Outcome.NO
NAMES = ("ada", "bo", "cy", "dee", "ed")


async def traded(world: World) -> MarketId:
    """A market on which six hold shares of either side or both, and three provide."""
    treasury = await world.treasury()
    market_id = await world.market(treasury, points=500)
    users = [await world.user(name) for name in NAMES]
    for number, user in enumerate(users, 1):
        await world.place(user, market_id, Buy(YES if number % 2 else NO, 30 * POINT + 7 * number))
    await world.place(users[0], market_id, AddLiquidity(111 * POINT + 1))
    await world.place(users[1], market_id, AddLiquidity(77 * POINT + 3))
    await world.place(users[2], market_id, Mint(13 * POINT + 1))
    await world.place(users[3], market_id, Sell(NO, 11 * POINT + 5))
    return market_id


async def end(world: World, market_id: MarketId, result: Outcome | None) -> None:
    """Resolve a market, or cancel it where there is no result."""
    if result is None:
        await world.change.cancel(market_id)
    else:
        await world.change.resolve(market_id, result)


async def positions(world: World, market_id: MarketId) -> dict[UserId, Position]:
    """Who holds shares, by what the tables say."""
    names = ("yes", "no", "yes_basis", "no_basis", "realised")
    return {
        row["user_id"]: Position(*(row[name] for name in names))
        for row in (await world.tables())["portfolios"]
        if row["market_id"] == market_id and row["yes"] + row["no"]
    }


async def payments(world: World, market_id: MarketId) -> tuple[dict[UserId, int], dict[UserId, int]]:
    """What each holder and each provider was paid, each of them once."""
    entries = await world.queries.entries(market_id, MAX_PAGE)
    paid = [entry for entry in entries if entry.action in (Action.PAYOUT, Action.REFUND)]
    holders = [entry for entry in paid if entry.yes_before or entry.no_before]
    providers = [entry for entry in paid if entry.lp_before > entry.lp_after]
    for group in (holders, providers):
        assert set(Counter(entry.user_id for entry in group).values()) <= {1}
    return _by_user(holders), _by_user(providers)


def _by_user(entries: list[LedgerEntry]) -> dict[UserId, int]:
    return {entry.user_id: entry.amount_out for entry in entries}


async def assert_settled(world: World, market_id: MarketId) -> None:
    """Nothing is left in the market, nobody holds anything of it, and every point is accounted for."""
    view = await world.queries.market(market_id)
    book = view.book
    assert view.market.settled
    assert (book.pool, book.lp_supply, book.collateral, book.vault_fees) == (None, 0, 0, 0)
    assert (book.lp_fees.accrued, book.lp_fees.remainder) == (0, 0)
    tables = await world.tables()
    for table, held in (("portfolios", ("yes", "no", "yes_basis", "no_basis")), ("lp_positions", ("shares", "basis"))):
        rows = [row for row in tables[table] if row["market_id"] == market_id]
        assert [row for row in rows if any(row[name] for name in held)] == []
    assert discrepancies(tables) == []


async def treasury_of(world: World, market_id: MarketId) -> UserId:
    """Who opened the market."""
    return (await world.queries.entries(market_id, 1))[0].user_id
