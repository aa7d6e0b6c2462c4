"""Webhooks: made, changed and deleted by their owners."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from application.jobs.catalogue.webhooks import DELIVER
from application.jobs.webhooks.signing import SECRET_PREFIX
from domain.accounts.user import Role
from domain.jobs.execution import State
from domain.jobs.webhook import EVENTS, MAX_WEBHOOKS, ROTATION, Event, Webhook
from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound
from domain.shared.ids import WebhookId
from tests.behaviour.hooks import URL, Hooks
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World
from tests.fakes.world import START


@pytest.fixture
def hooks(world: World) -> Hooks:
    return Hooks(world)


async def test_one_is_made(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.create(ada, URL, [Event.FAILED, Event.DEAD])
    assert (made.owner, made.url, made.events) == (ada.user.id, URL, frozenset({Event.FAILED, Event.DEAD}))
    assert (made.all_jobs, made.active, made.failures, made.created_at) == (False, True, 0, START)
    assert made.secret.startswith(SECRET_PREFIX)
    assert await hooks.stored(made) == made
    assert await world.webhook_queries.of(ada.user.id) == [made]
    assert (await hooks.hook(ada)).secret != made.secret


async def test_what_cannot_be_made(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    for url in ("http://hooks.example.org", "https://", "x", "https://a:b@example.org"):
        await assert_refused(world, hooks.create(ada, url, EVENTS), Invalid, "WEBHOOK_URL")
    for events in ([], [Event.TEST]):
        await assert_refused(world, hooks.create(ada, URL, events), Invalid, "WEBHOOK_EVENTS")
    await assert_refused(world, hooks.hook(ada, all_jobs=True), Forbidden, "ADMIN_ONLY")
    root = await hooks.caller("root", Role.ADMIN)
    elsewhere = hooks.hook(replace(root, vouched=True), all_jobs=True)
    await assert_refused(world, elsewhere, Forbidden, "ADMIN_ELSEWHERE")
    assert (await hooks.hook(root, all_jobs=True)).all_jobs


async def test_they_are_bounded(world: World, hooks: Hooks) -> None:
    """Also when they are made at once."""
    ada, bo = await hooks.caller("ada"), await hooks.caller("bo")
    made = await asyncio.gather(*(hooks.hook(ada) for _ in range(MAX_WEBHOOKS + 3)), return_exceptions=True)
    found = [each for each in made if isinstance(each, Webhook)]
    assert len(found) == MAX_WEBHOOKS
    assert {getattr(each, "code", None) for each in made} == {"WEBHOOKS_MAX", None}
    await hooks.hook(bo)
    await hooks.delete(ada.user.id, found[0].id)
    await hooks.hook(ada)
    await assert_refused(world, hooks.hook(ada), Conflict, "WEBHOOKS_MAX")


async def test_those_of_others_are_not_there(world: World, hooks: Hooks) -> None:
    ada, bo = await hooks.caller("ada"), await hooks.caller("bo")
    made = await hooks.hook(ada)
    for owner, webhook_id in ((bo.user.id, made.id), (ada.user.id, WebhookId(world.ids.new()))):
        for step in (hooks.change.activate, hooks.change.deactivate, hooks.change.rotate, hooks.delete, hooks.attempt):
            await assert_refused(world, step(owner, webhook_id), NotFound, "WEBHOOK_NOT_FOUND")
        with pytest.raises(NotFound):
            await world.webhook_queries.webhook(webhook_id, owner)
    assert await world.webhook_queries.of(bo.user.id) == []


async def test_its_secret_is_replaced(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    rotated = await hooks.change.rotate(ada.user.id, made.id)
    assert rotated.secret != made.secret
    assert (rotated.previous, rotated.previous_until) == (made.secret, START + ROTATION)
    assert await hooks.stored(made) == rotated


async def test_it_is_turned_off_and_on(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    assert await world.webhook_queries.any()
    off = await hooks.change.deactivate(ada.user.id, made.id)
    assert await hooks.stored(made) == off == replace(made, active=False)
    assert not await world.webhook_queries.any()
    await assert_refused(world, hooks.attempt(ada.user.id, made.id), Conflict, "WEBHOOK_INACTIVE")
    assert await hooks.change.activate(ada.user.id, made.id) == made


async def test_it_is_tried(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made = await hooks.hook(ada)
    job = await hooks.attempt(ada.user.id, made.id)
    assert (job.name, job.requested_by, job.state) == (DELIVER.name, ada.user.id, State.PENDING)
    message = DELIVER.read(job.payload, job.version)
    assert (message.webhook_id, message.event) == (made.id, Event.TEST)
    assert (await hooks.attempt(ada.user.id, made.id)).id != job.id


async def test_deleting_one_deletes_its_log(world: World, hooks: Hooks) -> None:
    ada = await hooks.caller("ada")
    made, other = await hooks.hook(ada), await hooks.hook(ada)
    for each in (made, other):
        await hooks.send(await hooks.taken((await hooks.attempt(ada.user.id, each.id)).id))
    assert await hooks.delete(ada.user.id, made.id) == made
    tables = await world.tables()
    assert [row["id"] for row in tables["webhooks"]] == [other.id]
    assert [row["webhook_id"] for row in tables["webhook_deliveries"]] == [other.id]
    world.clock.advance(timedelta(days=1))
    assert await world.webhook_queries.deliveries(made.id, 10) == []
