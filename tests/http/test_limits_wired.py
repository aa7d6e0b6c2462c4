"""Limits of the exchange as it is wired, with Redis and without it."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from adapters.embedded.valkey import EmbeddedValkey
from domain.accounts.user import Role
from domain.shared.money import POINT
from entrypoints.settings import Settings
from tests.conftest import settings_for
from tests.http.client import Client, Reply
from tests.http.real import Site, a_site
from tests.http.rules import WHY

LOGIN = {"email": "nobody@example.org", "password": "a wrong one"}


@pytest.fixture(params=["in process", "on Redis"])
async def settings(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    """The defaults; where there is Redis, nothing was counted in it before."""
    settings = settings_for(database_url, tmp_path)
    if request.param == "in process":
        return settings
    valkey: EmbeddedValkey = request.getfixturevalue("valkey")
    url = valkey.url.replace("db=0", "db=8")
    async with Redis.from_url(url) as redis:
        await redis.flushdb()
    return settings.model_copy(update={"redis_url": url})


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[Site]:
    async with a_site(settings) as built:
        yield built


async def an_order(site: Site) -> dict[str, str]:
    """To buy for one point."""
    market = (await site.markets())[0]
    return {"marketId": str(market), "action": "BUY", "outcome": "YES", "amount": str(POINT)}


def refused_by(reply: Reply, name: str, requests: int) -> bool:
    """Whether it is the refusal of a class, with all that a client needs to know."""
    if reply.status != 429:
        return False
    assert reply.refused == (429, "RATE_LIMITED")
    assert reply.headers["RateLimit-Policy"] == f'"{name}";q={requests};w=60'
    assert 0 < int(reply.headers["Retry-After"]) <= 60
    assert reply.headers["X-RateLimit-Limit"] == str(requests)
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    return True


async def test_a_user_trades_thirty_times_a_minute(site: Site) -> None:
    user, other, order = await site.person("user"), await site.person("other"), await an_order(site)
    replies = await asyncio.gather(*(user.client.trade(order) for _ in range(31)))
    assert [refused_by(reply, "trading", 30) for reply in replies] == [False] * 30 + [True]
    assert {reply.status for reply in replies[:30]} == {201}
    assert int((await user.client.get("/api/v1/me")).data["balance"]) == 970 * POINT
    assert (await other.client.trade(order)).status == 201
    _, key = await site.key(user, "trade")
    assert refused_by(await key.trade(order), "trading", 30)  # a user's keys are he


async def test_a_user_asks_sixty_times_and_an_administrator_twice_as_often(site: Site) -> None:
    user, admin = await site.person("user"), await site.person("admin", Role.ADMIN)
    replies = [await user.client.get("/api/v1/me") for _ in range(61)]
    assert [refused_by(reply, "authenticated", 60) for reply in replies] == [False] * 60 + [True]
    replies = [await admin.client.get("/api/v1/admin/users") for _ in range(121)]
    assert [refused_by(reply, "admin", 120) for reply in replies] == [False] * 120 + [True]
    assert (await admin.client.get("/api/v1/me")).status == 200


async def test_a_user_uploads_ten_pictures_a_minute(site: Site) -> None:
    """Which take nothing of what he may ask or trade."""
    user, closes_at = await site.person("user"), (datetime.now(UTC) + timedelta(days=1)).isoformat()
    draft = await user.client.post("/api/v1/markets", {"title": "Will it?", "closesAt": closes_at})
    path, png = f"/api/v1/markets/{draft.data['id']}/cover", {"Content-Type": "image/png"}
    replies = [await user.client.send("PUT", path, data=b"a picture", headers=png) for _ in range(11)]
    assert [refused_by(reply, "uploads", 10) for reply in replies] == [False] * 10 + [True]
    assert {reply.status for reply in replies[:10]} == {202}
    assert (await user.client.get("/api/v1/me")).headers["X-RateLimit-Remaining"] == "58"


async def test_an_address_asks_a_hundred_times(site: Site) -> None:
    """Also with proofs that prove nothing; its users have limits of their own."""
    user, wrong = await site.person("user"), site.by("x")
    replies = [
        await (site.client.get("/api/v1/markets") if turn % 2 else wrong.get("/api/v1/me")) for turn in range(101)
    ]
    assert [refused_by(reply, "public", 100) for reply in replies] == [False] * 100 + [True]
    assert (await user.client.get("/api/v1/me")).status == 200
    assert (await site.client.get("/livez")).status == 200


async def test_passwords_are_tried_ten_times(site: Site) -> None:
    """From an address, and on an account, whether it exists or not."""
    replies = [await site.client.post("/api/v1/auth/login", LOGIN) for _ in range(11)]
    assert [reply.status for reply in replies] == [401] * 10 + [429]
    assert '"login_email";q=10;w=900' in replies[0].headers["RateLimit-Policy"]
    assert (await site.register("late")).status == 429


async def test_a_bot_may_have_a_rate_of_its_own(site: Site) -> None:
    user, admin, order = await site.person("user"), await site.person("admin", Role.ADMIN), await an_order(site)
    key_id, bot = await site.key(user, "trade")
    path = f"/api/v1/admin/users/{user.id}/api-keys/{key_id}/rate"
    assert (await admin.client.post(path, {**WHY, "perMinute": 2})).status == 200
    assert [refused_by(await bot.trade(order), "trading", 2) for _ in range(3)] == [False, False, True]
    assert (await user.client.trade(order)).headers["X-RateLimit-Remaining"] == "29"
    assert (await admin.client.post(path, {**WHY, "perMinute": 1_000})).status == 200
    assert {(await bot.trade(order)).status for _ in range(35)} == {201}


async def test_processes_count_together_where_they_can(site: Site, settings: Settings) -> None:
    user, order = await site.person("user"), await an_order(site)
    async with a_site(settings) as second:
        clients = [user.client, second.client.calling(user.client.headers)]
        replies = [await clients[turn % 2].trade(order) for turn in range(40)]
    together = 30 if settings.redis_url else 40
    assert sum(reply.status == 201 for reply in replies) == together


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_trading_goes_on(
    number: signal.Signals, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether Redis is gone or silent, users trade on within the limits of the process."""
    with EmbeddedValkey(tmp_path / "valkey") as valkey:
        settings = settings_for(database_url, tmp_path).model_copy(update={"redis_url": valkey.url})
        async with a_site(settings) as site:
            user, order = await site.person("user"), await an_order(site)
            assert await statuses(user.client, order, 20) == [201] * 20
            os.kill(valkey.pid, number)
            try:
                assert await statuses(user.client, order, 31) == [201] * 30 + [429]
                assert (await site.log_in("user")).status == 200
            finally:
                if number is signal.SIGSTOP:
                    os.kill(valkey.pid, signal.SIGCONT)
    said = [(record.levelno, record.message) for record in caplog.records if "Redis" in record.message]
    assert [(level, "gone" in line) for level, line in said] == [(logging.WARNING, True)]


async def statuses(client: Client, order: dict[str, str], count: int) -> list[int]:
    """Of orders placed at once, in ascending order."""
    return sorted(reply.status for reply in await asyncio.gather(*(client.trade(order) for _ in range(count))))
