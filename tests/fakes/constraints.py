"""What the schema refuses: the checks, keys and types of the tables, on domain values."""

from application.shared.store import StoreError
from domain.accounts.user import PointGrant, User
from domain.shared.administration import MAX_REASON_LENGTH, AdminRecord
from domain.shared.money import MAX_AMOUNT, MAX_HOLDING
from domain.trading.book import Book
from domain.trading.ledger import Action, LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.position import Position

BIGINT = range(-(2**63), 2**63)
NUMERIC = range(-(10**60) + 1, 10**60)
PAID = (Action.BUY, Action.MINT, Action.ADD_LIQUIDITY)


def require(condition: bool, name: str) -> None:
    """Raises StoreError with the name of the constraint."""
    if not condition:
        raise StoreError(name)


def require_text(*texts: str | None) -> None:
    for text in texts:
        try:
            encoded = (text or "").encode()
        except UnicodeEncodeError as error:
            raise StoreError("text") from error
        require(b"\0" not in encoded, "text")


def _bounded(*quantities: int) -> bool:
    return all(0 <= quantity <= MAX_HOLDING for quantity in quantities)


def _fit(column: range, *numbers: int) -> bool:
    return all(number in column for number in numbers)


def check_user(user: User) -> None:
    require_text(user.handle)
    require(user.balance >= 0, "ck_users_balance_not_negative")
    require(_fit(BIGINT, user.balance), "bigint")


def check_grant(grant: PointGrant) -> None:
    require_text(grant.reference)
    require(1 <= grant.amount <= MAX_AMOUNT, "ck_point_grants_amount_in_bounds")


def check_record(record: AdminRecord) -> None:
    require_text(record.actor.reason, record.actor.request_id)
    require(1 <= len(record.actor.reason) <= MAX_REASON_LENGTH, "ck_admin_actions_reason")


def check_book(book: Book) -> None:
    yes, no = (book.pool.yes, book.pool.no) if book.pool else (0, 0)
    require(_bounded(yes, no, book.lp_supply), "ck_liquidity_pools_yes_in_bounds")
    require((yes == 0) == (no == 0) == (book.lp_supply == 0), "ck_liquidity_pools_empty_or_whole")
    points = book.collateral, book.vault_fees, book.lp_fees.accrued
    require(min(points) >= 0, "ck_liquidity_pools_points_not_negative")
    require(_fit(BIGINT, *points, book.seq), "bigint")
    require(_fit(NUMERIC, book.lp_fees.per_share, book.lp_fees.remainder), "numeric")


def check_position(position: Position) -> None:
    held = position.yes, position.no, position.yes_basis, position.no_basis
    require(_bounded(*held), "ck_portfolios_yes_in_bounds")
    require(_fit(BIGINT, position.realised), "bigint")


def check_stake(stake: Stake) -> None:
    require(_bounded(stake.shares, stake.basis), "ck_lp_positions_shares_in_bounds")
    require(_fit(NUMERIC, stake.checkpoint, stake.owed), "numeric")


def check_entry(entry: LedgerEntry) -> None:
    require(entry.seq > 0, "ck_trade_ledger_seq")
    require(0 <= entry.amount_in <= MAX_AMOUNT and entry.amount_out >= 0, "ck_trade_ledger_amounts")
    require(entry.action not in PAID or entry.amount_in > 0, "ck_trade_ledger_paid")
    require(entry.vault_fee >= 0 and entry.lp_fee >= 0, "ck_trade_ledger_fee")
    require(entry.fee == entry.vault_fee + entry.lp_fee, "ck_trade_ledger_fee")
    require((entry.key is None) == (entry.fingerprint is None), "ck_trade_ledger_key_has_fingerprint")
    require_text(entry.key)
    require(_fit(BIGINT, entry.collateral_after, entry.price, entry.amount_out), "bigint")
