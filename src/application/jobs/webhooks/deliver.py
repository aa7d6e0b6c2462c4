"""The job `webhook.deliver`."""

from dataclasses import dataclass
from time import perf_counter

from application.jobs.catalogue.webhooks import Deliver, Delivered
from application.jobs.run import Opens, Run
from application.jobs.webhooks.ports import Answered, Post, WebhookQueries, WebhookTransaction, WebhookTransactions
from application.jobs.webhooks.signing import signed
from domain.jobs.webhook import Delivery, Webhook
from domain.shared.errors import NotFound, Unavailable
from domain.shared.ids import WebhookId

MS = 1_000


@dataclass(frozen=True, slots=True)
class DeliverWebhook:
    """Sends a message once for each attempt, always under the same id, and logs what came of it.

    What was sent and not logged, because its worker was lost, is sent again.
    """

    transactions: WebhookTransactions
    queries: WebhookQueries
    post: Post

    async def __call__(self, run: Run[Deliver]) -> Delivered:
        """The status of the answer. Raises Unavailable where it is to be sent again."""
        webhook = await self._webhook(run)
        if webhook is None or not webhook.active:
            return Delivered(status=None)
        delivery = await self._send(run, webhook)
        if delivery.succeeded or delivery.gone:
            result = Delivered(status=delivery.status)
            await _log(run.ending(self.transactions, result), delivery)
            return result
        await _log(run.fenced(self.transactions), delivery)
        raise Unavailable("WEBHOOK_FAILED", f"The webhook did not take it: {delivery.error or delivery.status}.")

    async def _webhook(self, run: Run[Deliver]) -> Webhook | None:
        try:
            return await self.queries.webhook(WebhookId(run.payload.webhook_id))
        except NotFound:
            return None

    async def _send(self, run: Run[Deliver], webhook: Webhook) -> Delivery:
        now, job, message = run.clock.now(), run.execution, run.payload
        headers = signed(f"msg_{job.id}", int(now.timestamp()), message.body, webhook.secrets(now))
        begun = perf_counter()
        answered: Answered = await self.post(webhook.url, headers, message.body.encode())
        return Delivery(
            job_id=job.id,
            attempt=job.attempt,
            webhook_id=webhook.id,
            event=message.event,
            at=now,
            milliseconds=round((perf_counter() - begun) * MS),
            status=answered.status,
            answer=answered.answer,
            error=answered.error,
        )


async def _log(transactions: Opens[WebhookTransaction], delivery: Delivery) -> None:
    async with transactions() as transaction:
        webhook = await transaction.webhooks.find(delivery.webhook_id)
        if webhook is not None:
            await transaction.webhooks.record(delivery)
            await transaction.webhooks.change(webhook.told(delivery))
        await transaction.commit()
