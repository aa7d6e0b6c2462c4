"""Sending again over real HTTP: what was executed is never executed twice, and what may not be repeated is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aiohttp import web

from domain.accounts.user import Role
from domain.shared.ids import MarketId
from entrypoints.container import Container
from presage_client import (
    BuyForAmount,
    ConflictError,
    InvalidRequestError,
    PresageClient,
    PresageConnectionError,
    RateLimitedError,
    Retries,
    UnavailableError,
    points,
)
from tests.http.client import Client
from tests.http.signed import TRADER
from tests.http.typed_client.flaky import Fault, Flaky, flaky

SPENT = points(5)


@dataclass
class Pauses:
    """Sleeps at once, and remembers how long it should have been."""

    slept: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def refusal(status: int, code: str, **headers: str) -> web.Response:
    body = {"success": False, "error": {"code": code, "message": "Wait.", "details": {}}, "meta": {"requestId": "r"}}
    return web.json_response(body, status=status, headers={name.replace("_", "-"): at for name, at in headers.items()})


@pytest.fixture
async def between(api: Client) -> AsyncIterator[Flaky]:
    async with flaky(api.url) as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def patience() -> float:
    """How many seconds a client waits for an answer."""
    return 3


@pytest.fixture
async def client(between: Flaky, pauses: Pauses, patience: float) -> AsyncIterator[PresageClient]:
    retries = Retries(attempts=4, first_pause=0.2, longest_wait=30, jitter=lambda: 0.0, sleep=pauses)
    async with PresageClient(between.url, token=str(TRADER), seconds=patience, retries=retries) as trader:
        yield trader


@pytest.fixture
def order(markets: list[MarketId]) -> BuyForAmount:
    return BuyForAmount(market_id=markets[0], outcome="YES", amount=SPENT)


async def spent(client: PresageClient) -> int:
    """What the trader has spent of the points that he was given."""
    granted = 1_000_000_000
    return granted - (await client.me.profile()).balance


@pytest.mark.parametrize(("fault", "patience"), [(Fault.LOST, 3), (Fault.CUT, 3), (Fault.SLOW, 1)])
async def test_a_lost_answer_is_asked_for_again(
    client: PresageClient, between: Flaky, order: BuyForAmount, fault: Fault, patience: float
) -> None:
    before = await spent(client)
    between.plan, between.seen = [fault, fault], []
    trade = await client.trades.place(order)
    assert (trade.seq, trade.amount) == (2, SPENT)
    assert [(seen.name, seen.replayed) for seen in between.seen] == [
        ("POST /api/v1/trades", False),
        ("POST /api/v1/trades", True),
        ("POST /api/v1/trades", True),
    ]
    assert {seen.key for seen in between.seen} == {trade.idempotency_key}
    assert await spent(client) - before == SPENT


async def test_pauses_grow(client: PresageClient, between: Flaky, pauses: Pauses, order: BuyForAmount) -> None:
    between.plan = [Fault.UNREACHED, Fault.LOST, Fault.UNREACHED]
    assert (await client.trades.place(order)).seq == 2
    assert pauses.slept == [0.2, 0.4, 0.8]


async def test_after_the_last_attempt_the_key_settles_it(
    client: PresageClient, between: Flaky, order: BuyForAmount
) -> None:
    between.plan = [Fault.LOST] * 4
    with pytest.raises(PresageConnectionError, match="No whole answer") as lost:
        await client.trades.place(order)
    assert len(between.seen) == 4
    key = lost.value.idempotency_key
    assert key is not None
    trade = await client.trades.place(order.model_copy(update={"idempotency_key": key}))
    assert (trade.seq, trade.idempotency_key, between.seen[-1].replayed) == (2, key, True)


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (refusal(503, "STORE_BUSY", Retry_After="7"), 7),
        (refusal(503, "STORE_BUSY"), 0.2),
        (refusal(429, "RATE_LIMITED", Retry_After="3"), 3),
        (refusal(409, "IDEMPOTENCY_IN_PROGRESS", Retry_After="1"), 1),
        (web.Response(status=503, text="<h1>Unavailable</h1>", content_type="text/html"), 0.2),
        (refusal(503, "STORE_BUSY", Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), 0.2),
        (refusal(503, "STORE_BUSY", Retry_After="soon"), 0.2),
    ],
    ids=["503", "503 alone", "429", "in progress", "503 of a proxy", "a date gone by", "no time at all"],
)
async def test_a_server_that_asks_to_come_back_is_obeyed(
    client: PresageClient,
    between: Flaky,
    pauses: Pauses,
    order: BuyForAmount,
    answer: web.Response,
    pause: float,
) -> None:
    between.plan = [answer]
    trade = await client.trades.place(order)
    assert pauses.slept == [pause]
    assert [seen.key for seen in between.seen] == [trade.idempotency_key] * 2


async def test_nobody_waits_longer_than_he_would(
    client: PresageClient, between: Flaky, pauses: Pauses, order: BuyForAmount
) -> None:
    between.plan = [refusal(429, "RATE_LIMITED", Retry_After="31")]
    with pytest.raises(RateLimitedError) as limited:
        await client.trades.place(order)
    assert (limited.value.retry_after, pauses.slept, len(between.seen)) == (31, [], 1)


async def test_a_refusal_is_final(client: PresageClient, between: Flaky, order: BuyForAmount) -> None:
    keyed = order.model_copy(update={"idempotency_key": "once"})
    await client.trades.place(keyed)
    between.seen = []
    with pytest.raises(InvalidRequestError) as conflict:
        await client.trades.place(keyed.model_copy(update={"amount": points(6)}))
    assert (conflict.value.code, conflict.value.status) == ("IDEMPOTENCY_CONFLICT", 422)
    with pytest.raises(ConflictError):
        await client.trades.place(order.model_copy(update={"amount": points(10**9)}))
    assert len(between.seen) == 2


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.CUT])
async def test_what_an_administrator_does_is_done_once(
    client: PresageClient, between: Flaky, order: BuyForAmount, exchange: Container, fault: Fault
) -> None:
    await exchange.appoint_admin()("demo", Role.ADMIN, "For the test.")
    await client.trades.place(order)
    between.plan, between.seen = [fault, Fault.NONE, fault, Fault.NONE, fault], []
    swept = await client.admin.markets.sweep_fees(order.market_id, "As decided.", idempotency_key="fees")
    cancelled = await client.admin.markets.cancel(order.market_id, "As decided.")
    granted = await client.admin.users.grant(TRADER, points(1), "As decided.")
    assert (swept.swept > 0, cancelled.status, granted.amount) == (True, "CANCELLED", points(1))
    assert [seen.replayed for seen in between.seen] == [False, True] * 3
    sent = [seen.key for seen in between.seen]
    assert sent[::2] == sent[1::2]
    assert (sent[0], len(set(sent))) == ("fees", 3)
    assert len([action async for action in client.admin.users.actions(admin_id=TRADER)]) == 4


@pytest.mark.parametrize("step", [Fault.LOST, Fault.UNREACHED, refusal(503, "STORE_BUSY", Retry_After="1")])
async def test_what_would_act_twice_is_sent_once(
    client: PresageClient, between: Flaky, pauses: Pauses, step: Fault | web.Response
) -> None:
    between.plan = [step]
    with pytest.raises((PresageConnectionError, UnavailableError)) as lost:
        await client.proposals.propose("Will it be proposed once?", datetime(2030, 1, 31, tzinfo=UTC))
    assert getattr(lost.value, "idempotency_key", None) is None
    assert ([seen.name for seen in between.seen], pauses.slept) == (["POST /api/v1/markets"], [])


async def test_reading_is_repeated(client: PresageClient, between: Flaky, markets: list[UUID]) -> None:
    between.plan = [Fault.LOST, Fault.CUT, refusal(503, "STORE_BUSY")]
    assert (await client.markets.one(markets[0])).id == markets[0]
    assert len(between.seen) == 4


async def test_a_whole_batch_is_executed_once(
    client: PresageClient, between: Flaky, order: BuyForAmount, markets: list[MarketId]
) -> None:
    before = await spent(client)
    between.plan, between.seen = [Fault.LOST], []
    batch = await client.trades.batch([order, order.model_copy(update={"idempotency_key": "mine"}), order])
    assert [item.status for item in batch.items] == [201, 201, 201]
    assert [item.replayed for item in batch.items] == [True, True, True]
    assert batch.items[1].idempotency_key == "mine"
    assert len({seen.key for seen in between.seen}) == 1
    assert await spent(client) - before == 3 * SPENT
