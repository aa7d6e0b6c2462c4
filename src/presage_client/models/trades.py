"""Entries of the ledger: what became of orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.base import Answer
from presage_client.models.markets import Shares
from presage_client.models.pages import Page, Paged
from presage_client.models.words import Action, Outcome


class Entry(Answer):
    """One entry of a market's ledger.

    `amount` was paid (BUY, MINT) or received for `shares`; `position` is what the user then held; `price` is that of a
    whole share of the outcome.
    """

    market_id: UUID
    seq: int
    user_id: UUID
    action: Action
    outcome: Outcome | None
    amount: MicroPoints
    shares: Shares
    fee: MicroPoints
    price: MicroPoints | None
    probability_before: float | None
    probability_after: float | None
    position: Shares
    executed_at: datetime


class Trade(Entry):
    """One's own entry, with the key of its order."""

    idempotency_key: str | None


class TradesPage(Page[Trade]):
    """One's own entries in all markets, newest first."""


class PublicTrade(Entry):
    """An entry of a market's ledger, with the handle of its user."""

    handle: str


class ListTrades(Paged):
    """Newest first; with `after_seq` upwards from the entry after that one."""

    after_seq: int | None = None


class PublicTradesPage(Page[PublicTrade]):
    """Entries of a market."""


class Refusal(Answer):
    """Why an order of a batch was refused."""

    code: str
    message: str
    details: dict[str, Any]


class BatchItem(Answer):
    """What became of one order: a trade, or an error; `status` is what it would have been answered alone."""

    idempotency_key: str
    status: int
    replayed: bool
    trade: Trade | None
    error: Refusal | None


class Batch(Answer):
    """One item for each order, in their order."""

    items: list[BatchItem]


class LiquidityEntry(Answer):
    """What was put into a pool or taken out; `lp_shares` and `position` are what the provider then had."""

    market_id: UUID
    seq: int
    user_id: UUID
    action: Action
    amount: MicroPoints
    lp_shares: MicroShares
    position: Shares
    executed_at: datetime
    idempotency_key: str | None
