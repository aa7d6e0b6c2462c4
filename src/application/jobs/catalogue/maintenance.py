"""Jobs that keep the exchange in order."""

from application.jobs.contracts import Contract, Nothing, OpenTo, Payload
from domain.jobs.execution import Queue


class Told(Payload):
    """The conditions that operators were told of."""

    alerts: list[str]


CHECK_JOBS = Contract(name="maintenance.check_jobs", queue=Queue.MAINTENANCE, payload=Nothing, open_to=OpenTo.ADMINS)
