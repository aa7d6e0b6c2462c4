"""Jobs that keep the exchange in order."""

from datetime import timedelta

from application.jobs.contracts import Contract, Nothing, OpenTo, Payload
from domain.jobs.execution import Queue


class Told(Payload):
    """The conditions that operators were told of."""

    alerts: list[str]


CHECK_JOBS = Contract(name="maintenance.check_jobs", queue=Queue.MAINTENANCE, payload=Nothing, open_to=OpenTo.ADMINS)


class Deleted(Payload):
    """How many things were."""

    deleted: int


class Refreshed(Payload):
    """The tables whose statistics are new, and those whose owner alone may refresh them."""

    tables: list[str]
    refused: list[str]


EXPIRE_SESSIONS = Contract(
    name="maintenance.expire_sessions",
    queue=Queue.MAINTENANCE,
    payload=Nothing,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.ADMINS,
)

PURGE_JOBS = Contract(
    name="maintenance.purge_jobs",
    queue=Queue.MAINTENANCE,
    payload=Nothing,
    time_limit=timedelta(minutes=30),
    open_to=OpenTo.ADMINS,
)

FORGET_ANSWERS = Contract(
    name="maintenance.forget_answers",
    queue=Queue.MAINTENANCE,
    payload=Nothing,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.ADMINS,
)

REFRESH_STATISTICS = Contract(
    name="maintenance.refresh_statistics",
    queue=Queue.MAINTENANCE,
    payload=Nothing,
    time_limit=timedelta(minutes=5),
    open_to=OpenTo.ADMINS,
)
