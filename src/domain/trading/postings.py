"""Double entry: every ledger entry as postings that sum to zero in each asset of its market."""

from enum import StrEnum

from domain.shared.value import value
from domain.trading.ledger import Action, LedgerEntry


class Asset(StrEnum):
    """What is moved; points are in µP, the others in micro-shares."""

    POINTS = "POINTS"
    YES = "YES"
    NO = "NO"
    LP = "LP"


class AccountName(StrEnum):
    """Where it stands. ISSUED is the counter-account of shares: minus what exists."""

    USER = "USER"
    POOL = "POOL"
    COLLATERAL = "COLLATERAL"
    VAULT_FEES = "VAULT_FEES"
    LP_FEES = "LP_FEES"
    ISSUED = "ISSUED"


@value
class Posting:
    """A change of one account, in micro-units."""

    account: AccountName
    asset: Asset
    change: int


def postings(entry: LedgerEntry) -> tuple[Posting, ...]:
    """The entry's double entry: in each asset the changes sum to zero; zero changes are left out."""
    yes, pool_yes = entry.yes_after - entry.yes_before, entry.pool_yes_after - entry.pool_yes_before
    no, pool_no = entry.no_after - entry.no_before, entry.pool_no_after - entry.pool_no_before
    lp = entry.lp_after - entry.lp_before
    swept = entry.amount_out if entry.action is Action.VAULT_SWEEP else 0
    claimed = entry.amount_out if entry.action is Action.FEE_CLAIM else 0
    changes = (
        (AccountName.USER, Asset.POINTS, entry.amount_out - entry.amount_in),
        (AccountName.COLLATERAL, Asset.POINTS, entry.collateral_change),
        (AccountName.VAULT_FEES, Asset.POINTS, entry.vault_fee - swept),
        (AccountName.LP_FEES, Asset.POINTS, entry.lp_fee - claimed),
        (AccountName.USER, Asset.YES, yes),
        (AccountName.POOL, Asset.YES, pool_yes),
        (AccountName.ISSUED, Asset.YES, -yes - pool_yes),
        (AccountName.USER, Asset.NO, no),
        (AccountName.POOL, Asset.NO, pool_no),
        (AccountName.ISSUED, Asset.NO, -no - pool_no),
        (AccountName.USER, Asset.LP, lp),
        (AccountName.ISSUED, Asset.LP, -lp),
    )
    return tuple(Posting(*change) for change in changes if change[2])
