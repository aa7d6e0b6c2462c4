"""Sending to addresses that users chose: bounded in time and size, followed nowhere, and never into our own network."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.notify.webhooks import MAX_ANSWER, PostWebhook
from application.jobs.webhooks.addresses import WebhookRules
from application.jobs.webhooks.ports import Answered
from tests.notices.receivers import HUGE, REFUSED, Resolver, Served, serving

OURS = WebhookRules(http=True, private=True)
"""What lets this machine be sent to."""

SECONDS = 0.3
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
BODY = b'{"type":"job.completed"}'


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as receiver:
        yield receiver


async def sent(
    url: str, rules: WebhookRules = OURS, seconds: float = 10.0, resolver: Resolver | None = None
) -> Answered:
    return await PostWebhook(rules, seconds, resolver)(url, HEADERS, BODY)


@pytest.mark.parametrize("status", [200, 204, 404, 410, 500])
async def test_what_is_sent_and_answered(served: Served, status: int) -> None:
    answered = await sent(f"{served.url}/{status}")
    assert answered == Answered(status, "" if status == 204 else "thanks")
    ((path, headers, body),) = served.got
    assert (path, body) == (f"/{status}", BODY)
    assert headers.items() >= {**HEADERS, "Content-Type": "application/json", "User-Agent": "Presage"}.items()
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


async def test_nobody_is_followed_elsewhere(served: Served) -> None:
    assert (await sent(f"{served.url}/redirect")).status == 307
    assert [path for path, _, _ in served.got] == ["/redirect"]


async def test_no_cookie_is_kept(served: Served) -> None:
    post = PostWebhook(OURS)
    for _ in range(2):
        assert (await post(f"{served.url}/cookie", HEADERS, BODY)).status == 204
    assert "Cookie" not in served.got[1][1]


async def test_who_is_slow_is_not_waited_for(served: Served) -> None:
    assert await sent(f"{served.url}/slow", seconds=SECONDS) == Answered(None, error="it did not answer within 0.3 s")


async def test_of_a_huge_answer_hardly_anything_is_read(served: Served) -> None:
    answered = await sent(f"{served.url}/huge")
    assert (answered.status, answered.answer) == (200, "x" * MAX_ANSWER)
    assert served.sent < HUGE / 2


async def test_a_status_counts_though_its_text_does_not_end(served: Served) -> None:
    assert await sent(f"{served.url}/trickle", seconds=SECONDS) == Answered(200, "a little")


async def test_what_is_not_there(served: Served) -> None:
    port = served.port
    async with serving() as gone:
        closed = gone.url
    assert await sent(f"{closed}/204") == Answered(None, error="it cannot be reached")
    nowhere = await sent("https://hooks.example", resolver=Resolver())
    assert nowhere == Answered(None, error="its name cannot be resolved")
    plain = await sent(f"https://127.0.0.1:{port}/204")
    assert plain == Answered(None, error="it does not speak TLS")
    assert served.got == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0.0.0.0"]
)
async def test_this_machine_is_refused_whatever_it_is_called(served: Served, host: str) -> None:
    answered = await sent(f"http://{host}:{served.port}/204", WebhookRules(http=True))
    assert (answered.status, bool(answered.error)) == (None, True)
    assert served.got == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "127.0.0.1 10.0.0.1"])
async def test_a_name_that_leads_into_our_network_is_refused(served: Served, address: str) -> None:
    url = f"http://hooks.example:{served.port}/204"
    assert await sent(url, WebhookRules(http=True), resolver=Resolver(address)) == REFUSED
    assert served.got == []
    if address == "127.0.0.1":
        assert (await sent(url, OURS, resolver=Resolver(address))).status == 204


@dataclass(frozen=True)
class OnlyHere(WebhookRules):
    """Holds this machine to be public, and nothing else."""

    asked: list[str] = field(default_factory=list)

    def allows(self, address: str) -> bool:
        self.asked.append(address)
        return address == "127.0.0.1"


async def test_a_name_that_leads_elsewhere_the_next_time_gains_nothing(served: Served) -> None:
    """It is looked up once for each message, and what it led to is what is judged and used."""
    url, resolver, rules = f"http://hooks.example:{served.port}/204", Resolver("127.0.0.1", "10.0.0.1"), OnlyHere()
    assert (await sent(url, rules, resolver=resolver)).status == 204
    assert await sent(url, rules, resolver=resolver) == REFUSED
    assert resolver.asked == ["hooks.example"] * 2
    assert rules.asked == ["127.0.0.1", "10.0.0.1"]
    assert len(served.got) == 1


async def test_of_many_addresses_only_public_ones_are_used(served: Served) -> None:
    url, rules = f"http://hooks.example:{served.port}/204", OnlyHere()
    assert (await sent(url, rules, resolver=Resolver("10.0.0.1 127.0.0.1"))).status == 204
    assert rules.asked == ["10.0.0.1", "127.0.0.1"]


@pytest.mark.parametrize("url", ["http://", "x", "http://a b/", "http://[::1", "ftp://127.0.0.1/"])
async def test_what_is_no_address_is_no_fault(url: str) -> None:
    assert (await sent(url)).error
