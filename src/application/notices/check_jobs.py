"""The job `maintenance.check_jobs`: tell the administrators where jobs fail, pile up or hang."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Protocol

from application.jobs.alerts import Alert, AlertBounds, alerts
from application.jobs.catalogue.maintenance import Told
from application.jobs.catalogue.notices import SEND_MAIL, SendMail
from application.jobs.contracts import Nothing
from application.jobs.ports import JobHealth
from application.jobs.queue_service import Asked, QueueService
from application.jobs.run import Run
from application.notices.templates import MailTemplate
from domain.shared.ids import UserId

_log = logging.getLogger(__name__)


class Operators(Protocol):
    """Who looks after the exchange."""

    async def administrators(self) -> Sequence[UserId]:
        """Active administrators, a bounded number. May raise Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class CheckJobs:
    """Logs each alert, and mails it to each administrator once in a while."""

    health: JobHealth
    operators: Operators
    queue: QueueService
    bounds: AlertBounds = AlertBounds()

    async def __call__(self, run: Run[Nothing]) -> Told:
        """What was found. Raises Unavailable."""
        now = run.clock.now()
        found = alerts(await self.health.health(now - self.bounds.window, now), self.bounds, now)
        for alert in found:
            _log.warning("%s: %s", alert.title, alert.text)
        if found:
            await self._mail(found, now)
        return Told(alerts=[alert.name for alert in found])

    async def _mail(self, found: Sequence[Alert], now: datetime) -> None:
        to = await self.operators.administrators()
        period = int(now.timestamp() // self.bounds.quiet.total_seconds())
        async with self.queue.transactions() as transaction:
            for alert, user_id in product(found, to):
                asked = Asked(key=f"alert/{alert.name}/{period}/{user_id}", once=True)
                await self.queue.add(transaction.jobs, SEND_MAIL, _mail_of(alert, user_id), asked)
            await transaction.commit()


def _mail_of(alert: Alert, user_id: UserId) -> SendMail:
    values: dict[str, str | int] = {"title": alert.title, "details": alert.text, "url": ""}
    return SendMail(template=MailTemplate.OPERATOR_ALERT, to_user=user_id, values=values)
