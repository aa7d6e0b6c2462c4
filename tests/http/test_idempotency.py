"""One key, one effect: for every request of a user that moves points, over the exchange as it is wired."""

import asyncio

import pytest

from domain.shared.money import POINT
from entrypoints.api import endpoints
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.http.deeds import DEEDS
from tests.http.keyed import BATCH, CASES, everything_locked, replayed
from tests.http.real import a_site
from tests.http.rules import SCHEDULES
from tests.http.scene import Scene
from tests.support import discrepancies

ASKED, ADDED = "POST /api/v1/jobs", f"POST {SCHEDULES}"
"""Those which make something, so that there is nothing to do it to."""
"""It moves nothing; a repeat has a status of its own."""


@pytest.fixture
async def scene(scene: Scene) -> Scene:
    """With something of both outcomes to merge and to sell."""
    for person in (scene.user, scene.other):
        order = {"marketId": scene.values["market"], "action": "MINT", "amount": str(10 * POINT)}
        assert (await person.client.trade(order)).status == 201
    return scene


async def test_every_request_that_takes_a_key_has_a_case(exchange: Container) -> None:
    keyed = {f"{each.method} {each.path}" for each in endpoints(exchange, exchange.desk()) if each.keyed}
    cases = {case.route for case in CASES.values()} | {BATCH} | {deed.route for deed in DEEDS}
    assert keyed - {ASKED, ADDED} == cases


async def test_one_key_one_effect(scene: Scene) -> None:
    for name, case in CASES.items():
        client, path, body = scene.user.client, case.path(scene), case.filled(case.body, scene)
        first = await client.post(path, body, name)
        assert (first.status, replayed(first), first.headers["Idempotency-Key"]) == (201, False, name)
        done = await scene.site.tables()

        again = await client.post(path, body, name)
        assert (again.status, again.data, replayed(again)) == (201, first.data, True), name
        other = await client.post(path, case.filled(case.other, scene), name)
        assert other.refused == (422, "IDEMPOTENCY_CONFLICT"), name
        assert await scene.site.tables() == done, name

        his = await scene.other.client.post(path, body, name)
        assert (his.status, replayed(his), his.data["userId"]) == (201, False, str(scene.other.id)), name
    assert discrepancies(await scene.site.tables()) == []


async def test_a_refusal_is_repeated(scene: Scene) -> None:
    for name, case in CASES.items():
        client, path, refused = scene.user.client, case.path(scene), case.filled(case.refused, scene)
        assert (await client.post(path, case.filled(case.body, scene))).status == 201, name
        first, again = await client.post(path, refused, name), await client.post(path, refused, name)
        assert first.refused[1] == case.refusal, name
        assert (again.status, again.error) == (first.status, first.error), name
        assert (replayed(first), replayed(again)) == (False, True), name


async def test_a_request_that_is_being_answered(scene: Scene, settings: Settings) -> None:
    assert settings.database_url
    for name, case in CASES.items():
        client, path, body = scene.user.client, case.path(scene), case.filled(case.body, scene)
        async with everything_locked(settings.database_url):
            tasks = [asyncio.create_task(client.post(path, body, name)) for _ in range(2)]
            early, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        (refused,), (answered,) = [await task for task in early], [await task for task in waiting]
        assert refused.refused == (409, "IDEMPOTENCY_IN_PROGRESS"), name
        assert int(refused.headers["Retry-After"]) > 0
        assert (answered.status, replayed(answered)) == (201, False), name
        again = await client.post(path, body, name)
        assert (again.data, replayed(again)) == (answered.data, True), name


async def test_fifty_at_once_to_two_processes(scene: Scene, settings: Settings) -> None:
    """The first answer is everybody's; whoever asks the process that is at it is told to come back."""
    async with a_site(settings) as second:
        for name, case in CASES.items():
            path, body, here = case.path(scene), case.filled(case.body, scene), scene.user.client
            both = [here, second.client.calling(here.headers)]
            replies = await asyncio.gather(*(client.post(path, body, name) for client in both * 25))
            last = await both[1].post(path, body, name)
            answered = [reply for reply in replies if reply.status == 201]
            assert sum(not replayed(reply) for reply in answered) == 1, name
            assert {str(reply.data) for reply in answered} == {str(last.data)}, name
            told = {reply.refused for reply in replies if reply.status != 201}
            assert told <= {(409, "IDEMPOTENCY_IN_PROGRESS")}, name
    tables = await scene.site.tables()
    assert discrepancies(tables) == []
    done = {(row["key"], row["executed_at"]) for row in tables["trade_ledger"] if row["key"] in CASES}
    assert sorted(key for key, _ in done) == sorted(CASES)
