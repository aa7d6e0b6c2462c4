"""The life of markets, as far as it goes on by itself."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from pydantic import Field

from application.jobs.contracts import Contract, Payload
from domain.jobs.execution import Queue
from domain.shared.administration import Actor
from domain.shared.ids import UserId
from domain.shared.money import MAX_AMOUNT


class ByActor(Payload):
    """Who wanted it, and why."""

    admin_id: UUID | None
    reason: str
    request_id: str | None = None
    vouched: bool = False

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """An actor as he is written down."""
        return cls(admin_id=actor.admin_id, reason=actor.reason, request_id=actor.request_id, vouched=actor.vouched)

    @property
    def actor(self) -> Actor:
        """The same for the log of administration. Raises Invalid."""
        return Actor(UserId(self.admin_id) if self.admin_id else None, self.reason, self.request_id, self.vouched)


class LaunchMarket(Payload):
    """Open a draft with so many µP of the treasury."""

    market_id: UUID
    liquidity: int = Field(ge=1, le=MAX_AMOUNT, strict=True)
    by: ByActor


class MarketLaunched(Payload):
    """Trading has begun."""

    market_id: UUID


class CloseMarket(Payload):
    """See whether a market has closed that was to close at a time."""

    market_id: UUID
    closes_at: datetime


class MarketClosed(Payload):
    """Whether trading has ended, and since when, or when it will."""

    closed: bool
    closes_at: datetime


class SettleMarket(Payload):
    """Pay out a market that has ended."""

    market_id: UUID
    by: ByActor | None = None


class MarketSettled(Payload):
    """How many entries the job made in the market's ledger."""

    entries: int


LAUNCH_MARKET = Contract(
    name="market.launch", queue=Queue.MARKET_OPS, payload=LaunchMarket, key=lambda job: str(job.market_id)
)
CLOSE_MARKET = Contract(
    name="market.close",
    queue=Queue.MARKET_OPS,
    payload=CloseMarket,
    key=lambda job: f"{job.market_id}/{job.closes_at.isoformat()}",
)
SETTLE_MARKET = Contract(
    name="market.settle",
    queue=Queue.MARKET_OPS,
    payload=SettleMarket,
    key=lambda job: str(job.market_id),
    time_limit=timedelta(hours=1),
)
