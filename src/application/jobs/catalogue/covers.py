"""Jobs that make the covers of markets."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from application.jobs.contracts import Contract, Payload
from domain.jobs.execution import Queue


class ProcessImage(Payload):
    """Make covers of the picture with this SHA-256 digest, in hexadecimal, if it still waits for its market."""

    market_id: UUID
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Processed(Payload):
    """Whether the covers of the picture are shown now; not where another was uploaded meanwhile."""

    shown: bool


PROCESS_IMAGE = Contract(
    name="image.process", queue=Queue.REPORTS, payload=ProcessImage, time_limit=timedelta(seconds=20)
)
"""Without a key: a picture that comes again after another, or after it was refused, is work again.

Among reports, for like them it takes seconds and a process of its own: the opening and the end of markets wait for
neither.
"""
