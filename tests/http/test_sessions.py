"""Sessions of the exchange as it is wired: two tabs, a thief, an end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts.session import REUSE_GRACE, SESSION_LIFETIME
from entrypoints.settings import Settings
from tests.fakes.world import FakeClock
from tests.http.client import Reply
from tests.http.real import Person, Site, a_site

ENDED = (401, "SESSION_ENDED")
ACCESS_LIFETIME, LEEWAY = timedelta(minutes=15), timedelta(seconds=10)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
async def site(settings: Settings, clock: FakeClock) -> AsyncIterator[Site]:
    async with a_site(settings, clock) as built:
        yield built


@pytest.fixture
async def user(site: Site) -> Person:
    return await site.person("user")


async def refreshed(site: Site, token: str) -> Reply:
    return await site.client.post("/api/v1/auth/refresh", {"refreshToken": token})


async def test_an_access_token_lasts_a_quarter_of_an_hour(site: Site, user: Person, clock: FakeClock) -> None:
    clock.advance(ACCESS_LIFETIME)
    assert (await user.client.get("/api/v1/me")).status == 200
    clock.advance(LEEWAY)
    assert (await user.client.get("/api/v1/me")).refused == (401, "TOKEN_EXPIRED")
    access = (await refreshed(site, user.refresh)).data["accessToken"]
    assert (await site.by(access).get("/api/v1/me")).data["id"] == str(user.id)


async def test_many_tabs_at_once_all_go_on(site: Site, user: Person, clock: FakeClock) -> None:
    tabs = await asyncio.gather(*(refreshed(site, user.refresh) for _ in range(8)))
    assert {tab.status for tab in tabs} == {200}
    tokens = [tab.data["refreshToken"] for tab in tabs]
    assert len({user.refresh, *tokens}) == 9
    clock.advance(2 * REUSE_GRACE)
    assert {(await refreshed(site, token)).status for token in tokens} == {200}


async def test_a_token_that_comes_back_late_ends_the_session(site: Site, user: Person, clock: FakeClock) -> None:
    other = await site.person("other")
    elsewhere = (await site.log_in("user")).data["refreshToken"]
    first = (await refreshed(site, user.refresh)).data["refreshToken"]
    second = (await refreshed(site, first)).data["refreshToken"]
    clock.advance(REUSE_GRACE + timedelta(microseconds=1))
    thieves = await asyncio.gather(*(refreshed(site, user.refresh) for _ in range(8)))
    assert {thief.refused for thief in thieves} == {ENDED}
    for token in (user.refresh, first, second):
        assert (await refreshed(site, token)).refused == ENDED
    assert (await refreshed(site, elsewhere)).status == 200  # a session of its own
    assert (await refreshed(site, other.refresh)).status == 200


async def test_a_refresh_token_opens_its_own_user_s_account(site: Site, user: Person) -> None:
    """Whatever else the request proves."""
    other = await site.person("other")
    reply = await user.client.post("/api/v1/auth/refresh", {"refreshToken": other.refresh})
    assert reply.data["userId"] == str(other.id)
    me = await site.by(reply.data["accessToken"]).get("/api/v1/me")
    assert me.data["id"] == str(other.id)


async def test_logging_out_while_another_tab_refreshes(site: Site, user: Person) -> None:
    """Whichever comes first, nothing is left of the session."""
    answers = await asyncio.gather(
        refreshed(site, user.refresh),
        site.client.post("/api/v1/auth/logout", {"refreshToken": user.refresh}),
        refreshed(site, user.refresh),
    )
    assert answers[1].status == 200
    for answer in (answers[0], answers[2]):
        token = answer.data["refreshToken"] if answer.status == 200 else user.refresh
        assert (await refreshed(site, token)).refused == ENDED


async def test_another_password_ends_every_session_but_the_new_one(site: Site, user: Person) -> None:
    elsewhere = (await site.log_in("user")).data["refreshToken"]
    change = {"oldPassword": "correct horse battery", "newPassword": "another one"}
    changed = await user.client.post("/api/v1/me/password", change)
    for token in (user.refresh, elsewhere):
        assert (await refreshed(site, token)).refused == ENDED
    assert (await refreshed(site, changed.data["refreshToken"])).status == 200
    assert (await site.log_in("user")).refused == (401, "CREDENTIALS_WRONG")


async def test_a_session_ends_after_its_time_however_often_it_was_used(
    site: Site, user: Person, clock: FakeClock
) -> None:
    token = user.refresh
    for _ in range(3):
        clock.advance(SESSION_LIFETIME / 4)
        token = (await refreshed(site, token)).data["refreshToken"]
    clock.advance(SESSION_LIFETIME / 4)
    assert (await refreshed(site, token)).refused == ENDED
