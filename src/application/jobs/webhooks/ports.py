"""What webhooks need of a store and of the network. Every method but `commit` may raise Unavailable."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from application.jobs.ports import Jobs
from domain.jobs.webhook import Delivery, Webhook
from domain.shared.ids import UserId, WebhookId


class Webhooks(Protocol):
    """Webhooks, inside one transaction. Lock users before them, and jobs after them."""

    async def lock_of(self, owner: UserId) -> Sequence[Webhook]:
        """Lock a user, and tell his webhooks."""
        ...

    async def add(self, webhook: Webhook) -> None:
        """Add one of a locked user."""
        ...

    async def lock(self, webhook_id: WebhookId, owner: UserId) -> Webhook:
        """Lock a user's webhook. Raises NotFound, also where it is another's."""
        ...

    async def find(self, webhook_id: WebhookId) -> Webhook | None:
        """Lock a webhook; none where it is gone."""
        ...

    async def change(self, webhook: Webhook) -> None:
        """Store a locked webhook."""
        ...

    async def remove(self, webhook_id: WebhookId) -> None:
        """Remove a locked webhook, with the log of its deliveries."""
        ...

    async def record(self, delivery: Delivery) -> None:
        """Add to the log of a locked webhook."""
        ...


class WebhookTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def jobs(self) -> Jobs: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


WebhookTransactions = Callable[[], AbstractAsyncContextManager[WebhookTransaction]]


class WebhookQueries(Protocol):
    """Read access to webhooks."""

    async def any(self) -> bool:
        """Whether there is an active one."""
        ...

    async def told(self, owners: Collection[UserId]) -> Sequence[Webhook]:
        """Active ones of these users, and those for all jobs; none of users who are shut out, nor those for all jobs
        of users who are no administrators any more."""
        ...

    async def of(self, owner: UserId) -> Sequence[Webhook]:
        """A user's, the oldest first."""
        ...

    async def webhook(self, webhook_id: WebhookId, owner: UserId | None = None) -> Webhook:
        """One, of a user where he is named. Raises NotFound."""
        ...

    async def deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        """The last attempts, the newest first."""
        ...


class Answered(NamedTuple):
    """What came of sending something: a status and the beginning of the answer's text, or why there was none."""

    status: int | None
    answer: str = ""
    error: str | None = None


class Post(Protocol):
    """Sends something to an address that somebody else chose."""

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """POST it, within a bounded time; an answer that cannot be had is told, not raised."""
        ...
