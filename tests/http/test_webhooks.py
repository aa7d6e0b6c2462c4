"""Webhooks over HTTP: made, tried, changed and deleted by their owners."""

from uuid import uuid4

import pytest

from domain.accounts.user import Role
from domain.jobs.webhook import MAX_WEBHOOKS
from tests.http.real import Person, Site

WEBHOOKS, JOBS = "/api/v1/webhooks", "/api/v1/jobs"
URL = "https://hooks.example.org/presage"


@pytest.fixture
async def ada(site: Site) -> Person:
    return await site.person("ada")


async def test_one_is_made_and_its_secret_told_once(ada: Person) -> None:
    reply = await ada.client.post(WEBHOOKS, {"url": URL, "events": ["job.failed", "job.dead"]})
    assert reply.status == 201
    secret = reply.data.pop("secret")
    assert secret.startswith("whsec_")
    assert reply.data == {
        "id": reply.data["id"],
        "url": URL,
        "events": ["job.dead", "job.failed"],
        "allJobs": False,
        "active": True,
        "failures": 0,
        "previousSecretUntil": None,
        "createdAt": reply.data["createdAt"],
    }
    assert (await ada.client.get(WEBHOOKS)).data == {"items": [reply.data]}
    one = await ada.client.get(f"{WEBHOOKS}/{reply.data['id']}")
    assert one.data == {**reply.data, "deliveries": []}
    for answer in (await ada.client.get(WEBHOOKS), one):
        assert secret not in str(answer.data)


async def test_what_cannot_be_made(ada: Person, site: Site) -> None:
    for body, refused in (
        ({}, (422, "FIELD_MISSING")),
        ({"url": "http://hooks.example.org"}, (422, "WEBHOOK_URL")),
        ({"url": "https://a:b@hooks.example.org"}, (422, "WEBHOOK_URL")),
        ({"url": URL, "events": []}, (422, "FIELD_INVALID")),
        ({"url": URL, "events": ["webhook.test"]}, (422, "EVENT_UNKNOWN")),
        ({"url": URL, "events": ["job.dead"] * 4}, (422, "FIELD_INVALID")),
        ({"url": URL, "allJobs": "yes"}, (422, "FIELD_INVALID")),
        ({"url": URL, "allJobs": True}, (403, "ADMIN_ONLY")),
        ({"url": URL, "secret": "mine"}, (422, "FIELD_UNKNOWN")),
    ):
        assert (await ada.client.post(WEBHOOKS, body)).refused == refused, body
    root = await site.person("root", Role.ADMIN)
    assert (await root.client.post(WEBHOOKS, {"url": URL, "allJobs": True})).data["allJobs"]


async def test_its_life(ada: Person) -> None:
    made = (await ada.client.post(WEBHOOKS, {"url": URL})).data
    path, secret = f"{WEBHOOKS}/{made['id']}", made.pop("secret")
    rotated = (await ada.client.post(f"{path}/rotate-secret", {})).data
    assert rotated.pop("secret") != secret
    assert rotated["previousSecretUntil"] is not None
    off = await ada.client.post(f"{path}/deactivate", {})
    assert (off.status, off.data["active"]) == (200, False)
    assert (await ada.client.post(f"{path}/test", {})).refused == (409, "WEBHOOK_INACTIVE")
    assert (await ada.client.post(f"{path}/activate", {})).data == rotated
    tried = await ada.client.post(f"{path}/test", {})
    assert (tried.status, tried.headers["Location"]) == (202, f"{JOBS}/{tried.data['jobId']}")
    assert (await ada.client.get(tried.headers["Location"])).data["name"] == "webhook.deliver"
    assert (await ada.client.send("DELETE", path)).data == rotated
    assert (await ada.client.get(path)).refused == (404, "WEBHOOK_NOT_FOUND")


async def test_those_of_others_are_not_there(ada: Person, site: Site) -> None:
    made = (await ada.client.post(WEBHOOKS, {"url": URL})).data
    root = await site.person("root", Role.ADMIN)
    for webhook_id in (made["id"], uuid4(), "x"):
        path = f"{WEBHOOKS}/{webhook_id}"
        for method, step in (("GET", ""), ("DELETE", ""), *(("POST", f"/{each}") for each in ("activate", "test"))):
            assert (await root.client.send(method, path + step)).refused == (404, "WEBHOOK_NOT_FOUND")
    assert (await root.client.get(WEBHOOKS)).data == {"items": []}
    _, key = await site.key(ada, "read", "trade")
    assert (await key.get(WEBHOOKS)).refused == (403, "SIGN_IN_NEEDED")


async def test_they_are_bounded(ada: Person) -> None:
    for _ in range(MAX_WEBHOOKS):
        assert (await ada.client.post(WEBHOOKS, {"url": URL})).status == 201
    assert (await ada.client.post(WEBHOOKS, {"url": URL})).refused == (409, "WEBHOOKS_MAX")
