"""Entries of the ledger, listed: those of a market for everybody, those of a user for himself."""

from typing import Annotated, NamedTuple, Self

from pydantic import Field, PlainValidator, model_validator

from adapters.http.cursors import CURSOR_SCHEMA, cursor_of, cursor_text
from adapters.http.models.fields import refuse
from adapters.http.models.pages import PageAnswer, Paged
from adapters.http.models.trades import EntryAnswer, TradeAnswer, fields_of
from application.shared.pages import Page
from application.trading.reading.trades import Trade, TradeCursor
from domain.trading.ledger import LedgerEntry

MOST_SEQ = 2**63 - 1


class SeqCursor(NamedTuple):
    """The last entry of a page, and whether the list goes up from there."""

    seq: int
    upwards: int


class ListTrades(Paged):
    """Newest first; with `afterSeq` from the entry after that one upwards, as who follows a market wants them."""

    after_seq: Annotated[int, Field(ge=0, le=MOST_SEQ)] | None = None
    cursor: Annotated[SeqCursor, PlainValidator(cursor_of(SeqCursor)), CURSOR_SCHEMA] | None = None

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if self.after_seq is not None and self.cursor is not None:
            raise refuse("FIELD_UNFIT", "Leave out afterSeq; the cursor tells where to go on.", "afterSeq")
        return self

    @property
    def upwards_from(self) -> int | None:
        """The entry after which to go up; none where the list goes down."""
        if self.cursor is None:
            return self.after_seq
        return self.cursor.seq if self.cursor.upwards else None


class PublicTradeAnswer(EntryAnswer):
    """One entry of a market's ledger, with the handle of its user."""

    handle: str

    @classmethod
    def of(cls, trade: Trade) -> Self:
        """A trade as it was read."""
        return cls(**fields_of(trade.entry), handle=trade.handle)


class PublicTradesPage(PageAnswer[PublicTradeAnswer]):
    """Entries of a market."""

    @classmethod
    def of(cls, page: Page[Trade, int], *, upwards: bool) -> Self:
        """A page as it was read."""
        cursor = None if page.next is None else SeqCursor(page.next, int(upwards))
        return cls(items=[PublicTradeAnswer.of(trade) for trade in page.items], next_cursor=cursor_text(cursor))


class ListMyTrades(Paged):
    """One's own trades, newest first."""

    cursor: Annotated[TradeCursor, PlainValidator(cursor_of(TradeCursor)), CURSOR_SCHEMA] | None = None


class TradesPage(PageAnswer[TradeAnswer]):
    """One's own entries in all markets."""

    @classmethod
    def of(cls, page: Page[LedgerEntry, TradeCursor]) -> Self:
        """A page as it was read."""
        return cls(items=[TradeAnswer.of(entry) for entry in page.items], next_cursor=cursor_text(page.next))
