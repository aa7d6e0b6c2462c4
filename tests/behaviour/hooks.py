"""Webhooks on any store: their use cases, and a receiver that answers as it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from application.jobs.catalogue.system import PING, Ping
from application.jobs.catalogue.webhooks import DELIVER, Deliver, Delivered
from application.jobs.observers import Silent
from application.jobs.queue_service import Asked, QueueService
from application.jobs.run import Run
from application.jobs.webhooks.addresses import WebhookRules
from application.jobs.webhooks.announce import Announce
from application.jobs.webhooks.change_webhook import ChangeWebhook
from application.jobs.webhooks.create_webhook import CreateWebhook
from application.jobs.webhooks.delete_webhook import DeleteWebhook
from application.jobs.webhooks.deliver import DeliverWebhook
from application.jobs.webhooks.ports import Answered
from application.jobs.webhooks.try_webhook import TryWebhook
from domain.accounts.caller import Caller
from domain.accounts.user import Role, User
from domain.jobs.execution import Execution
from domain.jobs.webhook import EVENTS, Webhook
from domain.shared.ids import JobId, UserId
from tests.behaviour.maintaining import Told
from tests.behaviour.world import World
from tests.fakes.world import FakeEntropy

URL = "https://hooks.example.org/presage"
LEASE = timedelta(seconds=10)


class Sent(NamedTuple):
    """What a receiver got."""

    url: str
    headers: Mapping[str, str]
    body: str


class Receiver:
    """Implements the Post port."""

    def __init__(self) -> None:
        self.got: list[Sent] = []
        self.answer = Answered(204)

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        self.got.append(Sent(url, headers, body.decode()))
        return self.answer


@dataclass
class Hooks:
    """`receiver` gets everything that is sent anywhere."""

    world: World
    receiver: Receiver = field(default_factory=Receiver)
    entropy: FakeEntropy = field(default_factory=FakeEntropy)

    def __post_init__(self) -> None:
        world = self.world
        self.queue = QueueService(world.transactions, world.job_queries, world.clock, world.ids)
        self.create = CreateWebhook(world.transactions, WebhookRules(), world.clock, world.ids, self.entropy)
        self.change = ChangeWebhook(world.transactions, world.clock, self.entropy)
        self.delete = DeleteWebhook(world.transactions)
        self.attempt = TryWebhook(world.transactions, self.queue, world.clock)
        self.deliver = DeliverWebhook(world.transactions, world.webhook_queries, self.receiver)
        self.announce = Announce(world.webhook_queries, self.queue, world.clock)

    async def caller(self, handle: str, role: Role = Role.USER) -> Caller:
        """A new user who has signed in."""
        user_id = await self.world.user(handle, points=0, role=role)
        return Caller(User(user_id, handle, role))

    async def hook(self, caller: Caller, **options: Any) -> Webhook:
        """A webhook for everything."""
        return await self.create(caller, URL, EVENTS, **options)

    async def stored(self, webhook: Webhook) -> Webhook:
        """It as it is stored."""
        return await self.world.webhook_queries.webhook(webhook.id)

    async def job(self, by: UserId | None) -> Execution:
        """A ping that a worker has taken."""
        return await self.taken((await self.queue.request(PING, Ping(), Asked(by=by))).execution.id)

    async def taken(self, job_id: JobId) -> Execution:
        """A job that waits, after a worker has taken it."""
        now = self.world.clock.now()
        async with self.world.transactions() as transaction:
            step = (await transaction.jobs.lock(job_id)).claim(now, LEASE)
            await transaction.jobs.change([step], now)
            await transaction.commit()
        return step.execution

    async def added(self, job: Execution) -> Execution:
        """A job that was announced, added and taken."""
        async with self.world.transactions() as transaction:
            await transaction.jobs.add([job])
            await transaction.commit()
        return await self.taken(job.id)

    async def send(self, job: Execution) -> Delivered:
        """What comes of one try of a job that was taken."""
        payload = DELIVER.read(job.payload, job.version)
        return await self.deliver(Run[Deliver](job, payload, self.world.clock, Silent(), Told()))
