"""Lists of markets: every filter, every order, every market once."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.shared.pages import MAX_PAGE
from application.trading.reading.markets import MarketCursor, MarketFilter, MarketSort, cursor_in
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.market import Status
from domain.trading.orders import AddLiquidity, Buy, RemoveLiquidity
from tests.behaviour.paging import all_of
from tests.behaviour.world import World
from tests.fakes.world import START

YES, NO = Outcome.YES, Outcome.NO


@dataclass(frozen=True, slots=True)
class Stall:
    """Proposes markets that differ in what a list may ask for."""

    world: World
    treasury: UserId

    async def market(self, days: int = 30, points: int = 100, probability: int = 500_000) -> MarketId:
        """An open market."""
        market_id = await self.draft("Will it rain?", days=days, probability=probability)
        await self.world.approve(market_id, points * POINT)
        return market_id

    async def draft(
        self, title: str, description: str = "", category: str = "", days: int = 30, probability: int = 500_000
    ) -> MarketId:
        """A proposal that closes so many days after the start."""
        listing = Listing(title, description, category, probability)
        return (await self.world.open_market(listing, START + timedelta(days=days), self.treasury)).id


@pytest.fixture
async def stall(world: World) -> Stall:
    return Stall(world, await world.treasury())


async def found(world: World, sort: MarketSort = MarketSort.OLDEST, **wanted: object) -> list[MarketId]:
    page = await world.queries.markets(MAX_PAGE, wanted=MarketFilter(**wanted), sort=sort)  # type: ignore[arg-type]
    assert page.next is None
    return [view.market.id for view in page.items]


async def various(stall: Stall) -> list[MarketId]:
    """Markets of which several share every key: closing time, entries, collateral, probability, and no pool."""
    made = [await stall.market(days=days, points=points) for days in (2, 1, 2) for points in (50, 200)]
    made += [await stall.market(probability=probability) for probability in (300_000, 700_000, 300_000)]
    made += [await stall.draft("Not yet?", days=days) for days in (1, 2, 3)]
    ada = await stall.world.user("ada")
    for number in (0, 1, 6):
        await stall.world.place(ada, made[number], Buy(YES if number else NO, 10 * POINT))
    return made


@pytest.mark.parametrize("sort", MarketSort)
async def test_every_market_comes_once_in_its_order(world: World, stall: Stall, sort: MarketSort) -> None:
    made = await various(stall)
    views = {market_id: await world.queries.market(market_id) for market_id in made}
    order = sorted(made, key=lambda each: cursor_in(sort, views[each]), reverse=sort.descending)
    for limit in (1, 2, 5, len(made) - 1, len(made), MAX_PAGE):
        read = await all_of(lambda after, limit=limit: world.queries.markets(limit, after, sort=sort), limit)  # type: ignore[misc]
        assert [view.market.id for view in read] == order
        assert read == [views[market_id] for market_id in order]


async def test_what_each_order_puts_first(world: World, stall: Stall) -> None:
    soon = await stall.market(days=1)
    rich = await stall.market(points=900)
    likely = await stall.market(probability=900_000)
    busy = await stall.market(probability=200_000)
    await stall.draft("Not yet?")
    ada = await world.user("ada")
    for _ in range(3):
        await world.place(ada, busy, Buy(YES, POINT))
    last = await stall.draft("The newest?")
    first = {sort: (await found(world, sort))[0] for sort in MarketSort}
    assert first == {
        MarketSort.OLDEST: soon,
        MarketSort.NEWEST: last,
        MarketSort.CLOSING: soon,
        MarketSort.ACTIVITY: busy,
        MarketSort.LIQUIDITY: rich,
        MarketSort.PROBABILITY: likely,
    }


async def test_the_largest_reserves_are_sorted_to_the_millionth(world: World) -> None:
    treasury = await world.treasury(10**11)
    stall = Stall(world, treasury)
    made = [await stall.market(points=10**11 // 4, probability=500_000 + step) for step in (0, 2, 1)]
    assert await found(world, MarketSort.PROBABILITY) == [made[1], made[2], made[0]]


async def test_a_list_goes_on_while_markets_are_added_behind_and_before(world: World, stall: Stall) -> None:
    made = [await stall.draft("Will it rain?") for _ in range(3)]
    page = await world.queries.markets(2, sort=MarketSort.NEWEST)
    assert [view.market.id for view in page.items] == [made[2], made[1]]
    await stall.draft("A newer one?")
    page = await world.queries.markets(2, page.next, sort=MarketSort.NEWEST)
    assert ([view.market.id for view in page.items], page.next) == ([made[0]], None)


async def test_markets_by_status(world: World, stall: Stall) -> None:
    draft, active, paused, ended = [
        await stall.draft("Not yet?"),
        await stall.market(),
        await stall.market(),
        await stall.market(),
    ]
    await world.change.pause(paused)
    await world.change.resolve(ended, NO)
    assert await found(world, statuses=frozenset({Status.DRAFT})) == [draft]
    assert await found(world, statuses=frozenset({Status.ACTIVE, Status.PAUSED})) == [active, paused]
    assert await found(world, statuses=frozenset({Status.CANCELLED})) == []
    assert await found(world) == [draft, active, paused, ended]


async def test_markets_by_category_and_closing_time(world: World, stall: Stall) -> None:
    sport = [await stall.draft("Who wins?", category="sport", days=days) for days in (1, 2, 3)]
    other = await stall.draft("Who wins?", category="sports")
    assert await found(world, category="sport") == sport
    assert await found(world, category="Sport") == []
    second = START + timedelta(days=2)
    assert await found(world, closes_from=second) == [*sport[1:], other]
    assert await found(world, closes_before=second) == sport[:1]
    assert await found(world, closes_from=second, closes_before=second + timedelta(days=1)) == sport[1:2]
    assert await found(world, category="sport", closes_from=second, statuses=frozenset({Status.ACTIVE})) == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("RAIN", ["Will it rain?", "100% of _all_ trains?"]),
        ("drizzle", ["Will it rain?"]),
        ("öl", ["Ölpreis über 90 $?", "Kochöl?"]),
        ("ÖL", ["Ölpreis über 90 $?", "Kochöl?"]),
        ("ПОГОДА", ["Какая погода?"]),
        ("%", ["100% of _all_ trains?"]),
        ("_a", ["100% of _all_ trains?"]),
        ("90 $?", ["Ölpreis über 90 $?"]),
        (".", ["a.b [x] (y) \\z ^ | {1} + * #&~-"]),
        ("a.b [x] (y) \\z ^ | {1} + * #&~-", ["a.b [x] (y) \\z ^ | {1} + * #&~-"]),
        ("***=", []),
        ("(?i)rain", []),
        ("'; DROP TABLE markets; --", []),
        ("r" * 100, []),
    ],
)
async def test_text_is_found_as_it_is_written_whatever_its_case(
    world: World, stall: Stall, text: str, titles: list[str]
) -> None:
    for title, description in (
        ("Will it rain?", "Drizzle counts"),
        ("100% of _all_ trains?", ""),
        ("Ölpreis über 90 $?", ""),
        ("Kochöl?", ""),
        ("Какая погода?", ""),
        ("a.b [x] (y) \\z ^ | {1} + * #&~-", ""),
    ):
        await stall.draft(title, description)
    page = await world.queries.markets(MAX_PAGE, wanted=MarketFilter(text=text))
    assert [view.listing.title for view in page.items] == titles


@pytest.mark.parametrize("text", ["", "r" * 101, "nul\0", "line\nbreak", "\ud800"])
def test_text_that_no_listing_has_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        MarketFilter(text=text)
    assert (refused.value.code, refused.value.details["field"]) == ("SEARCH_TEXT", "text")
    with pytest.raises(Invalid) as refused:
        MarketFilter(category=text)
    assert (refused.value.code, refused.value.details["field"]) == ("SEARCH_TEXT", "category")


@pytest.mark.parametrize("limit", [-1, 0, MAX_PAGE + 1])
async def test_every_list_bounds_its_pages(world: World, limit: int) -> None:
    treasury = await world.treasury()
    market, queries = await world.market(treasury), world.queries
    for read in (
        lambda: queries.markets(limit),
        lambda: queries.entries(market, limit),
        lambda: queries.trades_after(market, limit),
        lambda: queries.trades_before(market, limit),
        lambda: queries.trades_of(treasury, limit),
        lambda: queries.holders(market, limit),
        lambda: queries.providers(market, limit),
        lambda: queries.portfolio(treasury, limit),
        lambda: queries.lines(treasury, limit),
        lambda: queries.ranks(limit),
        lambda: queries.grants(treasury, limit),
    ):
        with pytest.raises(Invalid) as refused:
            await read()
        assert refused.value.code == "PAGE_LIMIT"


async def test_a_market_whose_pool_was_emptied_comes_after_all_others(world: World, stall: Stall) -> None:
    emptied, unlikely = await stall.market(), await stall.market(probability=10_000)
    await world.place(stall.treasury, emptied, RemoveLiquidity(100 * POINT))
    assert await found(world, MarketSort.PROBABILITY) == [unlikely, emptied]
    await world.place(stall.treasury, emptied, AddLiquidity(100 * POINT, 600_000))
    assert await found(world, MarketSort.PROBABILITY) == [emptied, unlikely]


async def test_a_cursor_is_the_last_markets_key(world: World, stall: Stall) -> None:
    market, _ = await stall.market(points=70), await stall.market(points=60)
    page = await world.queries.markets(1, sort=MarketSort.LIQUIDITY)
    assert page.next == MarketCursor(70 * POINT, market)
