"""What must hold of the ledger of an exchange, as checks that take the exchange and raise AssertionError."""

from collections import Counter, defaultdict
from itertools import pairwise

from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book, post_to_book, post_to_position
from domain.trading.ledger import GENESIS, TRADES, LedgerEntry, content_hash
from domain.trading.liquidity import Stake
from domain.trading.position import Position
from domain.trading.postings import AccountName, Asset, postings
from tests.unit.domain.exchange import Exchange
from tests.unit.domain.rebuilt import rebuilt

Where = tuple[MarketId, UserId]


def chains_are_linked(exchange: Exchange) -> None:
    for market_id, entries in exchange.entries.items():
        book = exchange.books[market_id]
        assert [entry.seq for entry in entries] == list(range(1, book.seq + 1)), "a gap in the numbers"
        assert [GENESIS, *(entry.hash for entry in entries)] == [
            *(entry.prev_hash for entry in entries),
            book.head,
        ], "a broken chain"
        assert all(content_hash(entry) == entry.hash for entry in entries), "a changed entry"


def entries_are_sound(exchange: Exchange) -> None:
    """A fee is what its two parts are, k rises in every trade, and each entry begins where the last one ended."""
    for entries in exchange.entries.values():
        for entry in entries:
            assert entry.fee == entry.vault_fee + entry.lp_fee >= 0 <= min(entry.vault_fee, entry.lp_fee), "a torn fee"
            k_before = entry.pool_yes_before * entry.pool_no_before
            assert entry.action not in TRADES or entry.pool_yes_after * entry.pool_no_after >= k_before, "k fell"
        for earlier, later in pairwise(entries):
            assert (later.pool_yes_before, later.pool_no_before) == (
                earlier.pool_yes_after,
                earlier.pool_no_after,
            ), "a pool changed between entries"


def the_ledger_rebuilds_everything(exchange: Exchange) -> None:
    """From the entries and grants alone, beginning with nothing."""
    books = {market_id: Book(market_id) for market_id in exchange.entries}
    positions: defaultdict[Where, Position] = defaultdict(lambda: NO_POSITION)
    stakes: defaultdict[Where, Stake] = defaultdict(lambda: NO_STAKE)
    balances = Counter(dict.fromkeys(exchange.balances, 0))
    for grant in exchange.grants:
        balances[grant.user_id] += grant.amount
    for entry in _every_entry(exchange):
        where = entry.market_id, entry.user_id
        positions[where] = post_to_position(positions[where], stakes[where], entry)
        books[entry.market_id], stakes[where] = post_to_book(books[entry.market_id], stakes[where], entry)
        balances[entry.user_id] += entry.amount_out - entry.amount_in
        shown = entry.yes_after, entry.no_after, entry.lp_after, entry.collateral_after
        kept = positions[where].yes, positions[where].no, stakes[where].shares, books[entry.market_id].collateral
        assert shown == kept, "an entry shows other figures than it leads to"
    assert books == exchange.books, "another book"
    assert dict(positions) == exchange.positions, "another position"
    assert dict(stakes) == exchange.stakes, "another stake"
    assert dict(balances) == exchange.balances, "another balance"


def double_entry_gives_the_same(exchange: Exchange) -> None:
    """The postings of every entry sum to zero, and those of every account to what it holds."""
    totals: Counter[tuple[MarketId, AccountName, Asset]] = Counter()
    points: Counter[UserId] = Counter()
    for entry in _every_entry(exchange):
        by_asset: Counter[Asset] = Counter()
        for posting in postings(entry):
            by_asset[posting.asset] += posting.change
            totals[entry.market_id, posting.account, posting.asset] += posting.change
            if (posting.account, posting.asset) == (AccountName.USER, Asset.POINTS):
                points[entry.user_id] += posting.change
        assert not any(by_asset.values()), "postings that do not balance"
    for grant in exchange.grants:
        points[grant.user_id] += grant.amount
    assert all(points[user] == balance for user, balance in exchange.balances.items()), "other points by double entry"
    for market_id, book in exchange.books.items():
        pool = (book.pool.yes, book.pool.no) if book.pool else (0, 0)
        assert totals[market_id, AccountName.COLLATERAL, Asset.POINTS] == book.collateral, "other collateral"
        assert totals[market_id, AccountName.VAULT_FEES, Asset.POINTS] == book.vault_fees, "other vault fees"
        assert totals[market_id, AccountName.LP_FEES, Asset.POINTS] == book.lp_fees.accrued, "other LP fees"
        assert totals[market_id, AccountName.USER, Asset.LP] == book.lp_supply, "another LP supply"
        assert totals[market_id, AccountName.POOL, Asset.YES] == pool[0], "another reserve of YES"
        assert totals[market_id, AccountName.POOL, Asset.NO] == pool[1], "another reserve of NO"


def every_entry_can_be_made_again(exchange: Exchange) -> None:
    """By the rules, in its place: nothing else could have been written there."""
    for market_id, entries in exchange.entries.items():
        book, holdings, found = rebuilt(exchange.markets[market_id], entries)
        assert not found, f"written otherwise: {found[0]}"
        assert book == exchange.books[market_id], "another book"
        for user, holding in holdings.items():
            held = exchange.holding(market_id, user)
            assert (holding.position, holding.stake) == (held.position, held.stake), "another holding"


def _every_entry(exchange: Exchange) -> list[LedgerEntry]:
    return [entry for entries in exchange.entries.values() for entry in entries]


HISTORY_CHECKS = (
    chains_are_linked,
    entries_are_sound,
    the_ledger_rebuilds_everything,
    double_entry_gives_the_same,
)
