"""Rows to domain values and back, in one place."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from domain.accounts.user import Role, User
from domain.shared.errors import ERRORS, Kind, PresageError
from domain.trading.book import NO_POSITION, NO_STAKE, Book
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.liquidity import LpFees, Stake
from domain.trading.market import Market, Status
from domain.trading.position import Position

Row = Sequence[Any]

LEDGER_COLUMNS = tuple(field.name for field in fields(LedgerEntry))
"""The columns of trade_ledger, in the order of the entry's fields."""

BOOK_COLUMNS = (
    "market_id",
    "yes",
    "no",
    "lp_supply",
    "collateral",
    "vault_fees",
    "lp_fees",
    "lp_fee_per_share",
    "lp_fee_remainder",
    "seq",
    "head",
)
MARKET_COLUMNS = ("id", "status", "closes_at", "fee_bps", "lp_fee_bps", "outcome", "settled")
USER_COLUMNS = ("id", "handle", "role", "balance", "active")
POSITION_COLUMNS = ("yes", "no", "yes_basis", "no_basis", "realised")
STAKE_COLUMNS = ("shares", "basis", "fee_checkpoint", "fee_owed")

entry_row: Callable[[LedgerEntry], tuple[Any, ...]] = attrgetter(*LEDGER_COLUMNS)

_ACTIONS = {str(action): action for action in Action}
_ROLES = {str(role): role for role in Role}
_STATUSES = {str(status): status for status in Status}
_OUTCOMES = {None: None} | {str(outcome): outcome for outcome in Outcome}


def to_entry(row: Row) -> LedgerEntry:
    """A row of LEDGER_COLUMNS."""
    market_id, seq, user_id, action, outcome, *rest = row
    return LedgerEntry(market_id, seq, user_id, _ACTIONS[action], _OUTCOMES[outcome], *rest)


def to_book(row: Row) -> Book:
    """A row of BOOK_COLUMNS."""
    market_id, yes, no, supply, collateral, vault_fees, lp_fees, per_share, remainder, seq, head = row
    pool = Pool(yes, no) if yes else None
    fees = LpFees(lp_fees, int(per_share), int(remainder))
    return Book(market_id, pool, supply, collateral, vault_fees, fees, seq, head)


def book_row(book: Book) -> tuple[Any, ...]:
    """The row of BOOK_COLUMNS."""
    pool, fees = book.pool, book.lp_fees
    return (
        book.market_id,
        pool.yes if pool else 0,
        pool.no if pool else 0,
        book.lp_supply,
        book.collateral,
        book.vault_fees,
        fees.accrued,
        fees.per_share,
        fees.remainder,
        book.seq,
        book.head,
    )


def to_market(row: Row) -> Market:
    """A row of MARKET_COLUMNS."""
    market_id, status, closes_at, fee_bps, lp_fee_bps, outcome, settled = row
    return Market(market_id, _STATUSES[status], closes_at, fee_bps, lp_fee_bps, _OUTCOMES[outcome], settled)


def to_user(row: Row) -> User:
    """A row of USER_COLUMNS."""
    user_id, handle, role, balance, active = row
    return User(user_id, handle, _ROLES[role], balance, active)


def to_position(row: Row) -> Position:
    """A row of POSITION_COLUMNS; of NULLs where there is none."""
    return NO_POSITION if row[0] is None else Position(*row)


def position_row(position: Position) -> tuple[int, ...]:
    """The row of POSITION_COLUMNS."""
    return position.yes, position.no, position.yes_basis, position.no_basis, position.realised


def to_stake(row: Row) -> Stake:
    """A row of STAKE_COLUMNS; of NULLs where there is none."""
    shares, basis, checkpoint, owed = row
    if shares is None:
        return NO_STAKE
    return Stake(shares, basis, int(checkpoint), int(owed))


def stake_row(stake: Stake) -> tuple[int, ...]:
    """The row of STAKE_COLUMNS."""
    return stake.shares, stake.basis, stake.checkpoint, stake.owed


def to_refusal(stored: dict[str, Any]) -> PresageError:
    """A refusal as `refusal_json` stored it."""
    return ERRORS[Kind(stored["kind"])](stored["code"], stored["message"], **stored["details"])


def refusal_json(refusal: PresageError) -> dict[str, Any]:
    """A refusal as plain data."""
    return {
        "kind": str(refusal.kind),
        "code": refusal.code,
        "message": refusal.message,
        "details": refusal.details,
    }
