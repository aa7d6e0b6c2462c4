"""Webhooks in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, and_, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.rows import Row
from adapters.postgres.session import Session, session
from adapters.postgres.tables import users
from adapters.postgres.webhook_tables import webhook_deliveries, webhooks
from domain.accounts.user import Role
from domain.jobs.webhook import Delivery, Event, Webhook
from domain.shared.errors import NotFound
from domain.shared.ids import UserId, WebhookId

_FIELDS = tuple(field.name for field in fields(Webhook))
_DELIVERY = tuple(field.name for field in fields(Delivery))

_columns = webhooks.c
_WEBHOOKS = select(*(_columns[name] for name in _FIELDS))
_DELIVERIES = select(*(webhook_deliveries.c[name] for name in _DELIVERY))


class PostgresWebhooks:
    """Implements the Webhooks port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock_of(self, owner: UserId) -> Sequence[Webhook]:
        """Lock a user, and tell his webhooks."""
        await self._session.row(select(users.c.id).where(users.c.id == owner).with_for_update())
        return list(map(_webhook, await self._session.rows(_WEBHOOKS.where(_columns.owner == owner))))

    async def add(self, webhook: Webhook) -> None:
        """Add one of a locked user."""
        await self._session.run(insert(webhooks).values(_values(webhook)))

    async def lock(self, webhook_id: WebhookId, owner: UserId) -> Webhook:
        """Lock a user's webhook. Raises NotFound, also where it is another's."""
        return _named(await self._session.row(_one(webhook_id, owner).with_for_update()), webhook_id)

    async def find(self, webhook_id: WebhookId) -> Webhook | None:
        """Lock a webhook; none where it is gone."""
        row = await self._session.row(_one(webhook_id).with_for_update())
        return _webhook(row) if row is not None else None

    async def change(self, webhook: Webhook) -> None:
        """Store a locked webhook."""
        await self._session.run(update(webhooks).where(_columns.id == webhook.id).values(_values(webhook)))

    async def remove(self, webhook_id: WebhookId) -> None:
        """Remove a locked webhook, with the log of its deliveries."""
        await self._session.run(delete(webhooks).where(_columns.id == webhook_id))

    async def record(self, delivery: Delivery) -> None:
        """Add to the log of a locked webhook."""
        values = {name: getattr(delivery, name) for name in _DELIVERY}
        await self._session.run(insert(webhook_deliveries).values(values))


class PostgresWebhookQueries:
    """Implements the WebhookQueries port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def any(self) -> bool:
        """Whether there is an active one."""
        async with session(self._engine) as opened:
            row = await opened.row(select(exists().where(_columns.active)))
        return bool(row and row[0])

    async def told(self, owners: Collection[UserId]) -> Sequence[Webhook]:
        """Active ones of these users, and those for all jobs; none of users who are shut out, nor those for all jobs
        of users who are no administrators any more."""
        theirs = and_(_columns.owner.in_(owners), ~_columns.all_jobs)
        of_all = and_(_columns.all_jobs, users.c.role == Role.ADMIN)
        told = _WEBHOOKS.join(users, users.c.id == _columns.owner)
        return await self._webhooks(told.where(_columns.active, users.c.active, or_(theirs, of_all)))

    async def of(self, owner: UserId) -> Sequence[Webhook]:
        """A user's, the oldest first."""
        return await self._webhooks(_WEBHOOKS.where(_columns.owner == owner))

    async def webhook(self, webhook_id: WebhookId, owner: UserId | None = None) -> Webhook:
        """One, of a user where he is named. Raises NotFound."""
        async with session(self._engine) as opened:
            return _named(await opened.row(_one(webhook_id, owner)), webhook_id)

    async def deliveries(self, webhook_id: WebhookId, limit: int) -> Sequence[Delivery]:
        """The last attempts, the newest first."""
        told = webhook_deliveries.c
        found = _DELIVERIES.where(told.webhook_id == webhook_id).order_by(told.at.desc(), told.job_id, told.attempt)
        async with session(self._engine) as opened:
            return [_delivery(row) for row in await opened.rows(found.limit(limit))]

    async def _webhooks(self, found: Select[Any]) -> Sequence[Webhook]:
        async with session(self._engine) as opened:
            return list(map(_webhook, await opened.rows(found.order_by(_columns.id))))


def _one(webhook_id: WebhookId, owner: UserId | None = None) -> Select[Any]:
    named = _WEBHOOKS.where(_columns.id == webhook_id)
    return named if owner is None else named.where(_columns.owner == owner)


def _named(row: Row | None, webhook_id: WebhookId) -> Webhook:
    if row is None:
        raise NotFound("WEBHOOK_NOT_FOUND", "List your webhooks and choose one of those.", webhook=str(webhook_id))
    return _webhook(row)


def _webhook(row: Row) -> Webhook:
    told: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    return Webhook(**told | {"events": frozenset(map(Event, told["events"]))})


def _values(webhook: Webhook) -> dict[str, Any]:
    values = {name: getattr(webhook, name) for name in _FIELDS}
    return values | {"events": sorted(webhook.events)}


def _delivery(row: Row) -> Delivery:
    told: dict[str, Any] = dict(zip(_DELIVERY, row, strict=True))
    return Delivery(**told | {"event": Event(told["event"])})
