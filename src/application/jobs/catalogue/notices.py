"""Jobs that tell people of something."""

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from application.jobs.contracts import Contract, Payload
from domain.jobs.execution import Queue
from domain.jobs.retry import Exponential

MOST_VALUES = 20


class SendMail(Payload):
    """A mail to a user, written from a template and its values; the user's address is looked up when it is sent."""

    template: str
    to_user: UUID
    values: dict[str, str | int] = Field(max_length=MOST_VALUES)


class Sent(Payload):
    """Whether there was an address to send it to."""

    sent: bool


SEND_MAIL = Contract(
    name="email.send",
    queue=Queue.NOTIFICATIONS,
    payload=SendMail,
    retries=Exponential(timedelta(seconds=5), retries=8, factor=4),
    time_limit=timedelta(seconds=20),
)
