"""One key, one effect: for every request of an administrator that takes one, over the exchange as it is wired."""

import asyncio
from datetime import timedelta

import pytest

from adapters.http.bounds import HttpBounds
from application.shared.answers import ABANDONED_AFTER
from domain.accounts.user import GrantReason, Role
from domain.shared.administration import AdminAction
from domain.shared.money import POINT
from entrypoints.demo import TREASURY
from entrypoints.settings import Settings
from tests.fakes.state import Row
from tests.http.client import Reply
from tests.http.deeds import DEEDS, Deed, a_draft
from tests.http.keyed import everything_locked, replayed
from tests.http.real import a_site
from tests.http.rules import WHY
from tests.http.scene import Scene
from tests.support import discrepancies, on_database

KEY = "as decided"
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
DIED = "UPDATE administrator_answers SET answer = NULL, claimed_at = claimed_at - $1::interval"

every_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.route.rpartition("/")[2])


async def logged(scene: Scene, deed: Deed, subject: str) -> int:
    """How often it was done to a subject, as the log has it."""
    actions = (await scene.site.tables())["admin_actions"]
    return sum(str(row["subject_id"]) == subject and row["action"] == deed.action for row in actions)


async def answers(scene: Scene) -> list[Row]:
    return (await scene.site.tables())["administrator_answers"]


def conflict(reply: Reply) -> bool:
    return reply.refused == (422, "IDEMPOTENCY_CONFLICT")


@every_deed
async def test_one_key_one_effect(scene: Scene, deed: Deed) -> None:
    admin, subject, another = scene.admin.client, await deed.subject(scene), await deed.subject(scene)
    first = await admin.post(deed.path(subject), deed.body, KEY)
    assert (first.status, replayed(first), first.headers["Idempotency-Key"]) == (deed.status, False, KEY)
    assert await logged(scene, deed, subject) == 1
    done = await scene.site.tables()

    again = await admin.post(deed.path(subject), deed.body, KEY)
    assert (again.status, again.data, replayed(again)) == (first.status, first.data, True)
    assert list(again.data) == list(first.data)
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    for body in deed.others:
        assert conflict(await admin.post(deed.path(subject), body, KEY))
    assert conflict(await admin.post(deed.path(another), deed.body, KEY))
    for other in DEEDS:
        if other is not deed:
            assert conflict(await admin.post(other.path(subject), other.body, KEY))
    assert await scene.site.tables() == done
    assert discrepancies(done) == []


async def test_the_same_in_other_words_is_the_same(scene: Scene) -> None:
    path = f"/api/v1/admin/users/{scene.newcomer.id}/grants"
    first = await scene.admin.client.post(path, {"amount": str(POINT), "reason": "Snow in June: ❄."}, KEY)
    again = await scene.admin.client.post(path, {"reason": "Snow in June: ❄.", "amount": POINT}, KEY)
    assert (again.status, again.data, replayed(again)) == (201, first.data, True)


@every_deed
async def test_another_administrators_key_is_another(scene: Scene, deed: Deed) -> None:
    second = (await scene.site.person("second", Role.ADMIN)).client
    mine, his = await deed.subject(scene), await deed.subject(scene)
    for admin, subject in ((scene.admin.client, mine), (second, his)):
        answer = await admin.post(deed.path(subject), deed.body, KEY)
        assert (answer.status, replayed(answer)) == (deed.status, False)
        assert await logged(scene, deed, subject) == 1


@every_deed
async def test_a_refusal_is_repeated(scene: Scene, deed: Deed) -> None:
    admin, path = scene.admin.client, deed.path(await deed.unfit(scene))
    before = await scene.site.tables()
    first, again = await admin.post(path, deed.body, KEY), await admin.post(path, deed.body, KEY)
    assert first.refused == deed.refusal
    assert (again.status, again.error) == (first.status, first.error)
    assert (replayed(first), replayed(again)) == (False, True)
    assert conflict(await admin.post(path, deed.others[0], KEY))
    after = await scene.site.tables()
    assert {table for table in after if after[table] != before[table]} == {"administrator_answers"}


async def test_a_refusal_stands_though_it_would_not_be_one_now(scene: Scene) -> None:
    admin, path = scene.admin.client, f"/api/v1/admin/markets/{await a_draft(scene)}/approve"
    much = WHY | {"liquidity": str(10**7 * POINT)}
    first = await admin.post(path, much, KEY)
    assert first.refused == (409, "INSUFFICIENT_POINTS")
    await scene.site.exchange.grant_points()(TREASURY, 10**8 * POINT, GrantReason.ADMIN_GRANT, "more")
    again = await admin.post(path, much, KEY)
    assert (again.error, replayed(again)) == (first.error, True)
    assert (await admin.post(path, much, "another")).status == 200


@every_deed
async def test_what_is_malformed_uses_up_no_key(scene: Scene, deed: Deed) -> None:
    path, before = deed.path(await deed.subject(scene)), await answers(scene)
    for body in ({}, {**deed.body, "unknown": 1}):
        assert (await scene.admin.client.post(path, body, KEY)).status == 422
    assert await answers(scene) == before
    assert (await scene.admin.client.post(path, deed.body, KEY)).status == deed.status


@every_deed
async def test_without_a_key_it_is_given_one_that_repeats_it(scene: Scene, deed: Deed) -> None:
    path = deed.path(await deed.subject(scene))
    first = await scene.admin.client.post(path, deed.body)
    again = await scene.admin.client.post(path, deed.body, first.headers["Idempotency-Key"])
    assert (again.status, again.data, replayed(again)) == (deed.status, first.data, True)


@every_deed
async def test_a_request_that_is_being_answered(scene: Scene, settings: Settings, deed: Deed) -> None:
    assert settings.database_url
    subject = await deed.subject(scene)
    async with a_site(settings) as second:
        both = [scene.admin.client, second.client.calling(scene.admin.client.headers)]
        async with everything_locked(settings.database_url):
            waiting = {asyncio.create_task(client.post(deed.path(subject), deed.body, KEY)) for client in both * 2}
            while len(waiting) > 1:
                early, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in early:
                    refused = await task
                    assert refused.refused == (409, "IDEMPOTENCY_IN_PROGRESS")
                    assert int(refused.headers["Retry-After"]) > 0
        (answered,) = [await task for task in waiting]
        assert answered.status == deed.status
        last = await both[1].post(deed.path(subject), deed.body, KEY)
        assert (replayed(answered), last.data, replayed(last)) == (False, answered.data, True)
    assert await logged(scene, deed, subject) == 1


@every_deed
async def test_a_failure_of_the_store_gives_the_key_back(scene: Scene, settings: Settings, deed: Deed) -> None:
    assert settings.database_url
    subject, before = await deed.subject(scene), await answers(scene)
    async with everything_locked(settings.database_url):
        task = asyncio.create_task(scene.admin.client.post(deed.path(subject), deed.body, KEY))
        while not (waiting := await on_database(settings.database_url, WAITING)):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
        await on_database(settings.database_url, "SELECT pg_terminate_backend($1)", waiting[0]["pid"])
        assert (await task).refused == (503, "STORE_BUSY")
    assert await answers(scene) == before
    answer = await scene.admin.client.post(deed.path(subject), deed.body, KEY)
    assert (answer.status, replayed(answer)) == (deed.status, False)
    assert await logged(scene, deed, subject) == 1


@every_deed
async def test_whose_process_died_does_it_no_second_time(scene: Scene, settings: Settings, deed: Deed) -> None:
    """Its effect is there, its answer is not: within a while it may yet come, then it is asked for again."""
    assert settings.database_url
    subject = await deed.subject(scene)
    asked = (deed.path(subject), deed.body, KEY)
    first = await scene.admin.client.post(*asked)
    assert first.status == deed.status
    await on_database(settings.database_url, DIED, timedelta())
    assert (await scene.admin.client.post(*asked)).refused == (409, "IDEMPOTENCY_IN_PROGRESS")
    await on_database(settings.database_url, DIED, ABANDONED_AFTER)
    before = {table: rows for table, rows in (await scene.site.tables()).items() if table != "administrator_answers"}
    again = await scene.admin.client.post(*asked)
    assert again.status == deed.anew
    if deed.action in (AdminAction.USER_GRANTED, AdminAction.SCHEDULE_RUN):
        assert (again.data, replayed(again)) == (first.data, True)
    after = await scene.site.tables()
    assert {table: after[table] for table in before} == before
    last = await scene.admin.client.post(*asked)
    assert (last.status, last.data, last.error, replayed(last)) == (again.status, again.data, again.error, True)


def test_nobody_is_thought_dead_while_his_request_may_be_answered() -> None:
    assert HttpBounds().request_seconds < ABANDONED_AFTER.total_seconds()
