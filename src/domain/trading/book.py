"""Posting: how an entry changes its market's book and its user's holding.

Execution and rebuilding both go through here, so the ledger alone gives back every figure.
"""

from domain.shared.ids import MarketId
from domain.shared.value import value
from domain.trading.cpmm import Pool
from domain.trading.ledger import FROM_FEES, GENESIS, Action, LedgerEntry
from domain.trading.liquidity import LpFees, Stake
from domain.trading.position import Position

_GIVING = frozenset({Action.SELL, Action.NET_SELL, Action.MERGE, Action.PAYOUT, Action.REFUND})

NO_FEES = LpFees()
NO_POSITION = Position()
NO_STAKE = Stake()


@value
class Book:
    """What trading changes in a market: its pool, LP supply, collateral and fees (µP), and the end of its chain."""

    market_id: MarketId
    pool: Pool | None = None
    lp_supply: int = 0
    collateral: int = 0
    vault_fees: int = 0
    lp_fees: LpFees = NO_FEES
    seq: int = 0
    head: bytes = GENESIS


@value
class Holding:
    """What one user has that an order on one market may change; `balance` in µP."""

    balance: int
    position: Position = NO_POSITION
    stake: Stake = NO_STAKE


def post(book: Book, holding: Holding, entry: LedgerEntry) -> tuple[Book, Holding]:
    """Both sides of an entry."""
    position = post_to_position(holding.position, holding.stake, entry)
    book, stake = post_to_book(book, holding.stake, entry)
    return book, Holding(holding.balance + entry.amount_out - entry.amount_in, position, stake)


def post_to_book(book: Book, stake: Stake, entry: LedgerEntry) -> tuple[Book, Stake]:
    """The market's side, with the provider's stake that liquidity entries change."""
    fees = book.lp_fees.earn(entry.lp_fee, book.lp_supply)
    vault_fees = book.vault_fees + entry.vault_fee
    if entry.action in FROM_FEES:
        if entry.action is Action.FEE_CLAIM:
            fees, stake = fees.pay(stake, entry.amount_out)
        else:
            vault_fees -= entry.amount_out
    if entry.lp_before != entry.lp_after:
        fees, stake = fees.change_shares(stake, entry.lp_after, stake_basis(stake, entry))
    return Book(
        entry.market_id,
        Pool(entry.pool_yes_after, entry.pool_no_after) if entry.pool_yes_after else None,
        book.lp_supply + entry.lp_after - entry.lp_before,
        book.collateral + entry.collateral_change,
        vault_fees,
        fees,
        entry.seq,
        entry.hash,
    ), stake


def post_to_position(position: Position, stake: Stake, entry: LedgerEntry) -> Position:
    """The user's side. `stake` is his as it stood before the entry."""
    yes, no = entry.yes_after - entry.yes_before, entry.no_after - entry.no_before
    if entry.action in _GIVING:
        return position.gave(-yes, -no, entry.amount_out - _released(stake, entry))
    match entry.action:
        case Action.BUY:
            assert entry.outcome is not None
            return position.bought(entry.outcome, yes + no, entry.amount_in)
        case Action.MINT:
            yes_basis, _ = _marked(entry, yes, no)
            return position.received(yes, no, yes_basis, entry.amount_in - yes_basis)
        case Action.ADD_LIQUIDITY:
            return position.received(yes, no, *_marked(entry, yes, no))
        case Action.REMOVE_LIQUIDITY:
            returned = _marked(entry, yes, no)
            worth = entry.amount_out + sum(returned)
            return position.received(yes, no, *returned).gained(worth - _released(stake, entry))
        case _:
            return position.gained(entry.amount_out)


def stake_basis(stake: Stake, entry: LedgerEntry) -> int:
    """The cost basis of a provider's LP shares after an entry, in µP."""
    if entry.action is Action.ADD_LIQUIDITY:
        returned = _marked(entry, entry.yes_after - entry.yes_before, entry.no_after - entry.no_before)
        return stake.basis + entry.amount_in - sum(returned)
    return stake.basis - _released(stake, entry)


def _released(stake: Stake, entry: LedgerEntry) -> int:
    removed = entry.lp_before - entry.lp_after
    return stake.basis * removed // entry.lp_before if removed > 0 else 0


def _marked(entry: LedgerEntry, yes: int, no: int) -> tuple[int, int]:
    """Shares of both sides at the probability of the entry's mark, rounded down to µP."""
    mark = entry.mark
    if mark is None:
        return 0, 0
    both = mark.yes + mark.no
    return yes * mark.no // both, no * mark.yes // both
