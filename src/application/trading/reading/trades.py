"""The ledger as people read it: of a market, of a user, by the key of an order."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from application.shared.pages import Page
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import LedgerEntry
from domain.trading.orders import MAX_KEY_LENGTH


@dataclass(frozen=True, slots=True)
class Trade:
    """A ledger entry with the handle of its user. Its key is the user's own business."""

    entry: LedgerEntry
    handle: str


class TradeCursor(NamedTuple):
    """The last entry of a page of a user's."""

    executed_at: datetime
    market_id: MarketId
    seq: int


class TradeHistory(Protocol):
    """Read access to the ledger. A market or user that does not exist has no entries."""

    async def trades_after(self, market_id: MarketId, limit: int, after_seq: int = 0) -> Page[Trade, int]:
        """A market's entries in the order of seq, from the one after `after_seq`. Raises Invalid."""
        ...

    async def trades_before(self, market_id: MarketId, limit: int, before_seq: int | None = None) -> Page[Trade, int]:
        """A market's entries, newest first, from the one before `before_seq`. Raises Invalid."""
        ...

    async def trades_of(
        self, user_id: UserId, limit: int, before: TradeCursor | None = None
    ) -> Page[LedgerEntry, TradeCursor]:
        """A user's entries in all markets, newest first. Raises Invalid."""
        ...

    async def trade_by_key(self, user_id: UserId, key: str) -> LedgerEntry:
        """The entry that an order's idempotency key was answered with.

        Raises NotFound, with another code where the answer was a refusal.
        """
        ...


def cursor_at(entry: LedgerEntry) -> TradeCursor:
    """Where a user's history goes on after an entry."""
    return TradeCursor(entry.executed_at, entry.market_id, entry.seq)


def is_key(text: str) -> bool:
    """Whether an order may bear it."""
    return 0 < len(text) <= MAX_KEY_LENGTH and text.isprintable()


def trade_not_found(refusal: str | None = None) -> NotFound:
    """What answers a key without a trade; `refusal` is the code that its order was refused with."""
    if refusal is None:
        return NotFound("TRADE_NOT_FOUND", "You have placed no order with this key; it is free to use.")
    return NotFound(
        "TRADE_REFUSED", "The order with this key was refused and traded nothing; use a new key.", refusal=refusal
    )
