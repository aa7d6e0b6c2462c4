"""Jobs about the job system itself."""

from datetime import datetime, timedelta

from pydantic import Field

from application.jobs.contracts import Contract, OpenTo, Payload
from domain.jobs.execution import Queue

MOST_SECONDS = 240


class Ping(Payload):
    """Answers with what it was told, after so many seconds."""

    echo: str = Field(default="", max_length=200)
    seconds: float = Field(default=0, ge=0, le=MOST_SECONDS)


class Pong(Payload):
    """Where and when it was answered."""

    echo: str
    answered_at: datetime
    attempt: int


PING = Contract(
    name="system.ping",
    queue=Queue.MAINTENANCE,
    payload=Ping,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.ADMINS,
)
