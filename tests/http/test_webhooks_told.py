"""A worker tells webhooks how jobs ended: real receivers on this machine, signatures verified by others."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dependency_injector.providers import Object
from standardwebhooks import Webhook, WebhookVerificationError

from application.jobs.catalogue.system import PING, Ping
from application.jobs.catalogue.webhooks import DELIVER
from application.jobs.queue_service import Asked
from application.jobs.run import Work
from application.jobs.webhooks.announce import Announce
from domain.accounts.user import Role
from domain.jobs.retry import Delays
from entrypoints.settings import Settings
from tests.faults.waiting import until
from tests.http.real import Person, Site
from tests.notices.receivers import Served, serving

WEBHOOKS, JOBS = "/api/v1/webhooks", "/api/v1/jobs"
PATIENCE_S = 20.0
TRIES = 3


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The receivers are on this machine, which a test may forbid to send to, and have no certificates."""
    private = getattr(request, "param", True)
    return settings.model_copy(update={"webhooks_http": True, "webhooks_private": private})


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as receiver:
        yield receiver


@pytest.fixture
async def working(site: Site) -> AsyncIterator[Site]:
    """With a worker that tries again at once, a few times, and notices the first webhook at once."""
    exchange = site.exchange
    works = exchange.works()
    again = replace(DELIVER, retries=Delays((timedelta(),) * (TRIES - 1)))
    exchange.works.override(Object({**works, DELIVER.name: Work(again, works[DELIVER.name].handler)}))
    announce = Announce(exchange.webhook_queries(), exchange.queue_service(), exchange.clock(), seconds=0)
    exchange.announcer.override(Object(announce))
    async with exchange.worker(name="of the test"):
        yield site


async def made(person: Person, url: str, **more: Any) -> dict[str, Any]:
    reply = await person.client.post(WEBHOOKS, {"url": url, **more})
    assert reply.status == 201
    data: dict[str, Any] = reply.data
    return data


async def pinged(site: Site, person: Person) -> str:
    """The id of somebody's job that will do well."""
    added = await site.exchange.queue_service().request(PING, Ping(), Asked(by=person.id))
    return str(added.execution.id)


async def log(person: Person, webhook: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """The log of a webhook once it has so many attempts."""
    path = f"{WEBHOOKS}/{webhook['id']}"

    async def is_there() -> bool:
        return len((await person.client.get(path)).data["deliveries"]) >= count

    assert await until(is_there, PATIENCE_S)
    deliveries: list[dict[str, Any]] = (await person.client.get(path)).data["deliveries"]
    return deliveries


def verified(webhook: dict[str, Any], sent: tuple[str, dict[str, str], bytes]) -> dict[str, Any]:
    """A message, as the library of those who define the signatures reads it."""
    _, headers, body = sent
    message: dict[str, Any] = Webhook(webhook["secret"]).verify(body, {k.lower(): v for k, v in headers.items()})
    return message


async def test_its_owner_s_jobs_and_nobody_else_s(working: Site, served: Served) -> None:
    ada, bo = await working.person("ada"), await working.person("bo")
    webhook = await made(ada, f"{served.url}/204")
    await pinged(working, bo)
    job_id = await pinged(working, ada)
    (delivery,) = await log(ada, webhook, 1)
    assert (delivery["event"], delivery["attempt"], delivery["status"]) == ("job.completed", 1, 204)
    (sent,) = served.got
    message = verified(webhook, sent)
    assert message["type"] == "job.completed"
    assert (message["data"]["jobId"], message["data"]["state"]) == (job_id, "completed")
    with pytest.raises(WebhookVerificationError):
        verified({"secret": "whsec_" + "A" * 44}, sent)
    names = {row["name"] for row in (await working.tables())["job_executions"]}
    assert names == {"system.ping", "webhook.deliver"}


async def test_all_jobs_for_an_administrator(working: Site, served: Served) -> None:
    ada, root = await working.person("ada"), await working.person("root", Role.ADMIN)
    webhook = await made(root, f"{served.url}/200", allJobs=True, events=["job.completed"])
    job_id = await pinged(working, ada)
    await log(root, webhook, 1)
    assert [verified(webhook, sent)["data"]["jobId"] for sent in served.got] == [job_id]


async def test_who_fails_is_tried_again_and_at_last_given_up(working: Site, served: Served) -> None:
    ada = await working.person("ada")
    webhook = await made(ada, f"{served.url}/500")
    job_id = (await ada.client.post(f"{WEBHOOKS}/{webhook['id']}/test", {})).data["jobId"]
    deliveries = await log(ada, webhook, TRIES)
    assert [each["attempt"] for each in deliveries] == [3, 2, 1]
    assert {(each["status"], each["answer"]) for each in deliveries} == {(500, "thanks")}
    assert len({headers["webhook-id"] for _, headers, _ in served.got}) == 1
    assert len({body for _, _, body in served.got}) == 1

    async def is_dead() -> bool:
        return bool((await ada.client.get(f"{JOBS}/{job_id}")).data["state"] == "dead_letter")

    assert await until(is_dead, PATIENCE_S)
    assert (await ada.client.get(f"{WEBHOOKS}/{webhook['id']}")).data["failures"] == TRIES


async def test_who_is_gone_is_told_no_more(working: Site, served: Served) -> None:
    ada = await working.person("ada")
    webhook = await made(ada, f"{served.url}/410")
    await pinged(working, ada)
    await log(ada, webhook, 1)
    assert not (await ada.client.get(f"{WEBHOOKS}/{webhook['id']}")).data["active"]


async def test_both_secrets_sign_while_one_replaces_the_other(working: Site, served: Served) -> None:
    ada = await working.person("ada")
    webhook = await made(ada, f"{served.url}/204")
    rotated = (await ada.client.post(f"{WEBHOOKS}/{webhook['id']}/rotate-secret", {})).data
    await ada.client.post(f"{WEBHOOKS}/{webhook['id']}/test", {})
    await log(ada, webhook, 1)
    for each in (webhook, rotated):
        assert verified(each, served.got[0])["type"] == "webhook.test"


@pytest.mark.parametrize("settings", [False], indirect=True)
async def test_this_machine_is_not_sent_to_unless_it_is_allowed(working: Site, served: Served) -> None:
    ada = await working.person("ada")
    refused = await ada.client.post(WEBHOOKS, {"url": f"{served.url}/204"})
    assert (refused.status, refused.error["code"]) == (422, "WEBHOOK_URL")
    webhook = await made(ada, f"{served.url.replace('127.0.0.1', 'localhost')}/204")
    await ada.client.post(f"{WEBHOOKS}/{webhook['id']}/test", {})
    (delivery, *_) = await log(ada, webhook, 1)
    assert (delivery["status"], delivery["error"]) == (None, "its address is not public")
    assert served.got == []
