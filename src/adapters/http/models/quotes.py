"""Quotes: what an order would do now."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import BeforeValidator

from adapters.http.models.base import Answer
from adapters.http.models.fields import Digits, named, probability_of
from adapters.http.models.orders import PRICED, Forms, OrderForm, actions_of
from adapters.http.models.shares import Shares
from application.trading.queries import MarketView, Quote, QuoteForm
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action, unit_price


class AskQuote(OrderForm):
    """A buy or a sale, by amount or by shares."""

    forms: ClassVar[Forms] = PRICED

    action: Annotated[Action, BeforeValidator(named(actions_of(PRICED), "ACTION_UNKNOWN"))]

    def form(self) -> QuoteForm:
        """What is to be priced."""
        form: QuoteForm = self._instruction()
        return form


class QuoteAnswer(Answer):
    """The trade that would follow, in the fields of TradeAnswer. It holds while the market's `seq` stays."""

    market_id: UUID
    seq: int
    action: Action
    outcome: Outcome
    amount: Digits
    shares: Shares
    fee: Digits
    price: Digits
    probability_before: float
    probability_after: float

    @classmethod
    def of(cls, view: MarketView, action: Action, form: QuoteForm, quote: Quote) -> Self:
        """A quote of a form on a market."""
        fill = quote.fill
        return cls(
            market_id=view.market.id,
            seq=view.book.seq,
            action=action,
            outcome=form.outcome,
            amount=fill.amount,
            shares=Shares.one_sided(form.outcome, fill.shares),
            fee=fill.fee,
            price=unit_price(fill.amount, fill.shares),
            probability_before=probability_of(quote.before),
            probability_after=probability_of(quote.after),
        )
