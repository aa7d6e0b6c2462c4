"""What a reader works out from what is stored."""

import pytest

from application.trading.queries import MarketView, quote
from application.trading.reading.portfolios import PortfolioLine
from domain.shared.errors import Conflict
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from domain.trading.book import NO_STAKE, Book
from domain.trading.cpmm import Outcome, Pool
from domain.trading.listing import Listing
from domain.trading.market import Market, Status
from domain.trading.orders import Buy
from domain.trading.position import Position
from tests.behaviour.world import OPEN_FOR
from tests.fakes.world import START, FakeIds


def view(pool: Pool | None) -> MarketView:
    market_id = MarketId(FakeIds().new())
    market = Market(market_id, Status.ACTIVE, START + OPEN_FOR, 200, 5_000)
    return MarketView(market, Listing("Will it rain?"), Book(market_id, pool), START)


def test_a_position_is_worth_its_shares_at_the_pools_probability() -> None:
    at_a_quarter = view(Pool(yes=300, no=100))
    assert at_a_quarter.probability == 250_000
    assert PortfolioLine(at_a_quarter, Position(yes=40, no=0), NO_STAKE).worth == 10
    assert PortfolioLine(at_a_quarter, Position(yes=0, no=40), NO_STAKE).worth == 30
    assert PortfolioLine(at_a_quarter, Position(yes=41, no=2), NO_STAKE).worth == 11  # 11.75, rounded down


def test_without_a_pool_there_is_no_probability_and_no_price() -> None:
    empty = view(None)
    assert empty.probability is None
    assert PortfolioLine(empty, Position(yes=40), NO_STAKE).worth == 0
    with pytest.raises(Conflict) as refused:
        quote(empty, Buy(Outcome.YES, POINT), START)
    assert refused.value.code == "POOL_EMPTY"
