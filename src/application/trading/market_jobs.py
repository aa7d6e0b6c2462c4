"""The jobs that a market's life asks for."""

from application.jobs.catalogue.markets import ByActor, CloseMarket, SettleMarket
from application.jobs.queue_service import Asked
from domain.shared.administration import Actor
from domain.shared.ids import MarketId
from domain.trading.market import Market


def closing(market: Market) -> tuple[CloseMarket, Asked]:
    """See to its close, when it is to close: once for each time that was set."""
    return CloseMarket(market_id=market.id, closes_at=market.closes_at), Asked(due_at=market.closes_at, once=True)


def settling(market_id: MarketId, actor: Actor | None) -> SettleMarket:
    """Pay it out, in the name of whoever ended it."""
    return SettleMarket(market_id=market_id, by=ByActor.of(actor) if actor else None)
