"""The journal: one immutable entry for every movement of points or shares, chained by hash in each market."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from struct import Struct

from domain.shared.ids import MarketId, UserId
from domain.shared.money import MILLION
from domain.shared.value import value
from domain.trading.cpmm import Outcome, Pool

GENESIS = bytes(32)
"""What stands before the first entry of every chain."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NUMBERS = Struct(">19q")


class Action(StrEnum):
    """What an entry records."""

    BUY = "BUY"
    SELL = "SELL"
    MINT = "MINT"
    MERGE = "MERGE"
    NET_SELL = "NET_SELL"
    ADD_LIQUIDITY = "ADD_LIQUIDITY"
    REMOVE_LIQUIDITY = "REMOVE_LIQUIDITY"
    FEE_CLAIM = "FEE_CLAIM"
    PAYOUT = "PAYOUT"
    REFUND = "REFUND"
    VAULT_SWEEP = "VAULT_SWEEP"


TRADES = frozenset({Action.BUY, Action.SELL, Action.NET_SELL})
"""The actions that are priced by the pool and change it."""

FROM_FEES = frozenset({Action.FEE_CLAIM, Action.VAULT_SWEEP})
"""The actions whose points come out of a market's fees and not its collateral."""

DUE = FROM_FEES | {Action.PAYOUT, Action.REFUND}
"""The actions that pay what is owed already: no bound on a balance may keep it back."""


@value
class LedgerEntry:
    """One movement. Points are in µP, shares in micro-shares; reserves are 0 where the market has no pool.

    `amount_in` is what the user paid, `amount_out` what he received; `fee` = `vault_fee` + `lp_fee`.
    `price` is what one share (1,000,000 micro-shares) of the outcome cost or brought, in µP, or for an entry
    without an outcome the probability of YES in millionths. `key` and `fingerprint` are those of the order;
    an entry made by the exchange itself has none. An entry built without a `hash` seals itself; one read back
    keeps the hash that was stored, to be compared with `content_hash`.
    """

    market_id: MarketId
    seq: int
    user_id: UserId
    action: Action
    outcome: Outcome | None
    amount_in: int
    amount_out: int
    fee: int
    vault_fee: int
    lp_fee: int
    yes_before: int
    yes_after: int
    no_before: int
    no_after: int
    lp_before: int
    lp_after: int
    pool_yes_before: int
    pool_no_before: int
    pool_yes_after: int
    pool_no_after: int
    collateral_after: int
    price: int
    executed_at: datetime
    key: str | None
    fingerprint: bytes | None
    prev_hash: bytes
    hash: bytes = b""

    def __post_init__(self) -> None:
        if not self.hash:
            object.__setattr__(self, "hash", content_hash(self))

    @property
    def collateral_change(self) -> int:
        """What the entry added to the market's collateral, in µP."""
        return 0 if self.action in FROM_FEES else self.amount_in - self.amount_out - self.fee

    @property
    def mark(self) -> Pool | None:
        """The pool whose probability prices minted and returned shares: as it stood, or as it was opened."""
        if self.pool_yes_before:
            return Pool(self.pool_yes_before, self.pool_no_before)
        return Pool(self.pool_yes_after, self.pool_no_after) if self.pool_yes_after else None


def content_hash(entry: LedgerEntry) -> bytes:
    """SHA-256 over every field but the hash itself.

    In order: prev_hash, market_id and user_id (16 bytes each), 19 big-endian signed 64-bit integers (seq, time in
    microseconds since 1970, amount_in, amount_out, fee, vault_fee, lp_fee, then the shares, reserves, collateral
    and price as declared), where there is a fingerprint `=` and its 32 bytes, and as UTF-8 text after a zero
    byte each: action, outcome, key (preceded by `=` where there is one).
    """
    numbers = _NUMBERS.pack(
        entry.seq,
        (entry.executed_at - _EPOCH) // _MICROSECOND,
        entry.amount_in,
        entry.amount_out,
        entry.fee,
        entry.vault_fee,
        entry.lp_fee,
        entry.yes_before,
        entry.yes_after,
        entry.no_before,
        entry.no_after,
        entry.lp_before,
        entry.lp_after,
        entry.pool_yes_before,
        entry.pool_no_before,
        entry.pool_yes_after,
        entry.pool_no_after,
        entry.collateral_after,
        entry.price,
    )
    order = b"" if entry.fingerprint is None else b"=" + entry.fingerprint
    text = "\0".join(("", entry.action, entry.outcome or "", "" if entry.key is None else "=" + entry.key))
    head = entry.prev_hash + entry.market_id.bytes + entry.user_id.bytes
    return sha256(head + numbers + order + text.encode()).digest()


def unit_price(amount: int, shares: int) -> int:
    """µP for one whole share, rounded down."""
    return amount * MILLION // shares
