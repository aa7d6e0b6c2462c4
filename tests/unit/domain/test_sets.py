"""Minting, merging and closing out, with what they do to the cost basis, worked by hand."""

from domain.trading.cpmm import Pool
from domain.trading.ledger import Action
from domain.trading.orders import AddLiquidity, Buy, CloseOut, Merge, Mint, Sell
from domain.trading.position import Position
from tests.unit.domain.exchange import ALICE, BOB, MARKET, POINT, Exchange, an_exchange
from tests.unit.domain.test_prices import NO, YES


def even_market(fee_bps: int = 0) -> Exchange:
    """1,000 points on each side, so that YES stands at 0.5."""
    exchange = an_exchange(fee_bps)
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 500_000))
    return exchange


def test_a_set_costs_one_point_and_is_worth_one_point() -> None:
    exchange = an_exchange(fee_bps=500)
    exchange.place(ALICE, AddLiquidity(1_000_000_000, 250_000))
    pool = exchange.books[MARKET].pool
    entry = exchange.place(BOB, Mint(100_000_000)).entry
    assert (entry.amount_in, entry.fee, entry.collateral_after) == (100_000_000, 0, 1_100_000_000)
    assert exchange.books[MARKET].pool == pool
    # YES at 333,333,333 / 1,333,333,333: 24,999,999.98; NO has the rest of the cost.
    assert exchange.positions[MARKET, BOB] == Position(100_000_000, 100_000_000, 24_999_999, 75_000_001)
    exchange.place(BOB, Merge(100_000_000))
    assert exchange.positions[MARKET, BOB] == Position()
    assert exchange.balances[BOB] == 10_000 * POINT


def test_a_part_of_a_set_releases_a_part_of_the_basis() -> None:
    exchange = even_market()
    exchange.place(BOB, Mint(101))
    # 50.5 → 50 on YES and the other 51 on NO. 10 of 101: 500 / 101 = 4.95 → 4 and 510 / 101 = 5.05 → 5 released.
    exchange.place(BOB, Merge(10))
    assert exchange.positions[MARKET, BOB] == Position(91, 91, 46, 46, realised=10 - 4 - 5)


def test_a_sale_books_the_profit_over_its_part_of_the_cost() -> None:
    exchange = even_market()
    exchange.place(BOB, Buy(YES, 100_000_000))
    assert exchange.positions[MARKET, BOB] == Position(yes=190_909_090, yes_basis=100_000_000)
    exchange.place(ALICE, Buy(YES, 100_000_000))  # the price rises
    sold = exchange.place(BOB, Sell(YES, 100_000_000)).entry
    # 100,000,000 of 190,909,090 shares: 52,380,952.6 of the cost.
    held = exchange.positions[MARKET, BOB]
    assert (held.yes, held.yes_basis) == (90_909_090, 100_000_000 - 52_380_952)
    assert held.realised == sold.amount_out - 52_380_952 > 0


def test_close_out_merges_the_overlap_and_sells_the_rest() -> None:
    exchange = even_market(fee_bps=200)
    exchange.place(BOB, Mint(50_000_000))
    exchange.positions[MARKET, BOB] = Position(150_000_000, 50_000_000, 80_000_000, 20_000_000)
    entry = exchange.place(BOB, CloseOut()).entry
    # 50,000,000 µP for the sets, and 47,775,765 for 100,000,000 YES at 2 % (test_prices).
    assert (entry.action, entry.outcome) == (Action.NET_SELL, YES)
    assert (entry.amount_out, entry.fee) == (97_775_765, 975_015)
    assert exchange.books[MARKET].pool == Pool(1_051_249_220, 951_249_220)
    assert exchange.positions[MARKET, BOB] == Position(realised=97_775_765 - 100_000_000)
    # 0.47775765 points a share.
    assert entry.price == 477_757


def test_close_out_of_the_other_side() -> None:
    exchange = even_market()
    exchange.place(BOB, Buy(NO, 100_000_000))
    entry = exchange.place(BOB, CloseOut()).entry
    # own 909,090,910 (rounded up by 0.91) and 190,909,090 shares: one µP stays in the pool for ever.
    assert (entry.outcome, entry.amount_out) == (NO, 99_999_999)
    assert exchange.books[MARKET].pool == Pool(1_000_000_001, 1_000_000_001)


def test_close_out_of_sets_alone_leaves_the_pool() -> None:
    exchange = even_market(fee_bps=200)
    exchange.place(BOB, Mint(7))
    entry = exchange.place(BOB, CloseOut()).entry
    assert (entry.outcome, entry.amount_out, entry.fee, entry.price) == (None, 7, 0, 500_000)
    assert exchange.books[MARKET].pool == Pool(1_000_000_000, 1_000_000_000)


def test_prices_of_entries_are_per_whole_share() -> None:
    exchange = even_market()
    # 100 points for 190.909090 shares: 0.523809526 points a share.
    assert exchange.place(BOB, Buy(YES, 100_000_000)).entry.price == 523_809
    assert exchange.place(BOB, Mint(10)).entry.price == 547_511  # the probability: 1,100 / 2,009.09091
