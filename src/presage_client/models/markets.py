"""Markets and prices. Probabilities are of YES, to be read and not reckoned with."""

from datetime import datetime
from uuid import UUID

from presage_client.amounts import MicroPoints, MicroShares
from presage_client.models.base import Answer, Request
from presage_client.models.covers import CoverLinks
from presage_client.models.pages import Page, Paged
from presage_client.models.words import Action, Interval, Outcome, PricedAction, Sort, Status


class Shares(Answer):
    """Micro-shares of each outcome."""

    yes: MicroShares
    no: MicroShares


class Costs(Answer):
    """MicroPoints for the shares of each outcome."""

    yes: MicroPoints
    no: MicroPoints


class Market(Answer):
    """A market; fees are in basis points, `seq` is that of its last ledger entry."""

    id: UUID
    title: str
    description: str
    category: str
    status: Status
    outcome: Outcome | None
    settled: bool
    probability: float | None
    pool: Shares | None
    collateral: MicroPoints
    fee_bps: int
    lp_fee_bps: int
    seq: int
    created_at: datetime
    closes_at: datetime
    cover: CoverLinks | None


class MarketName(Answer):
    """A market in short."""

    id: UUID
    title: str
    status: Status
    outcome: Outcome | None
    probability: float | None
    closes_at: datetime


class ListMarkets(Paged):
    """Which markets, and in what order; `status` is one or more, with commas between them."""

    status: str | None = None
    category: str | None = None
    text: str | None = None
    closes_from: datetime | None = None
    closes_before: datetime | None = None
    sort: Sort | None = None


class MarketsPage(Page[Market]):
    """Markets in the order asked for."""


class AskQuote(Request):
    """A buy or a sale, by amount or by shares."""

    action: PricedAction
    outcome: Outcome
    amount: MicroPoints | None = None
    shares: MicroShares | None = None


class Quote(Answer):
    """What an order would do now. It holds while the market's `seq` stays."""

    market_id: UUID
    seq: int
    action: Action
    outcome: Outcome
    amount: MicroPoints
    shares: Shares
    fee: MicroPoints
    price: MicroPoints
    probability_before: float
    probability_after: float


class AskCandles(Request):
    """Candles of an interval, of a window of time."""

    interval: Interval | None = None
    since: datetime | None = None
    until: datetime | None = None


class Candle(Answer):
    """The trades from `start` on, for one interval; prices are probabilities."""

    start: datetime
    open: float
    high: float
    low: float
    close: float
    volume: MicroPoints
    trades: int


class Candles(Answer):
    """The candles of a window, in the order of time; a time without trades has none."""

    market_id: UUID
    interval: Interval
    since: datetime
    until: datetime
    items: list[Candle]
