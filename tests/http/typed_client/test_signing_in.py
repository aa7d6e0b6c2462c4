"""The client's credentials over real HTTP: kept, renewed once for all, and forgotten."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from presage_client import ForbiddenError, PresageClient, PresageConnectionError, UnauthenticatedError, points
from tests.http.accounts import Town
from tests.http.typed_client.flaky import Fault, Flaky, flaky

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"
REFRESH = "POST /api/v1/auth/refresh"


@pytest.fixture
async def between(town: Town) -> AsyncIterator[Flaky]:
    async with flaky(town.url) as server:
        yield server


@pytest.fixture
async def ada(between: Flaky) -> AsyncIterator[PresageClient]:
    """A client whose user has registered and logged in."""
    async with PresageClient(between.url) as client:
        assert (await client.auth.register(EMAIL, PASSWORD, "ada")).email == EMAIL
        assert (await client.auth.login(EMAIL, PASSWORD)).handle == "ada"
        yield client


async def stale(between: Flaky) -> PresageClient:
    """A client whose access token is none, but whose refresh token is good."""
    async with PresageClient(between.url) as other:
        signed_in = await other.auth.login(EMAIL, PASSWORD)
    between.seen.clear()
    return PresageClient(between.url, token="stale", refresh_token=signed_in.refresh_token)


async def test_who_logs_in_is_known(ada: PresageClient) -> None:
    profile = await ada.me.profile()
    assert (profile.handle, profile.email, profile.balance) == ("ada", EMAIL, points(1000))


async def test_a_refused_token_is_renewed_once_for_all(ada: PresageClient, between: Flaky) -> None:
    async with await stale(between) as client:
        profiles = await asyncio.gather(*(client.me.profile() for _ in range(8)))
        assert {profile.handle for profile in profiles} == {"ada"}
        assert (await client.me.profile()).handle == "ada"
    assert [seen.name for seen in between.seen].count(REFRESH) == 1


async def test_what_is_sent_once_is_sent_again_with_a_renewed_token(ada: PresageClient, between: Flaky) -> None:
    async with await stale(between) as client:
        key = await client.me.create_api_key("bot", ["read"])
    assert [seen.name for seen in between.seen].count("POST /api/v1/me/api-keys") == 2
    assert [made.id for made in (await ada.me.api_keys()).items] == [key.id]


async def test_a_lost_renewal_is_made_up_for_at_once(ada: PresageClient, between: Flaky) -> None:
    async with await stale(between) as client:
        between.plan = [Fault.NONE, Fault.LOST]
        assert (await client.me.profile()).handle == "ada"
        assert [seen.name for seen in between.seen] == ["GET /api/v1/me", REFRESH] * 2 + ["GET /api/v1/me"]


async def test_a_lost_renewal_ends_a_call_that_is_sent_once(ada: PresageClient, between: Flaky) -> None:
    async with await stale(between) as client:
        between.plan = [Fault.NONE, Fault.LOST]
        with pytest.raises(PresageConnectionError):
            await client.me.create_api_key("bot", ["read"])
        assert [seen.name for seen in between.seen] == ["POST /api/v1/me/api-keys", REFRESH]


async def test_logging_in_is_tried_once(ada: PresageClient, between: Flaky) -> None:
    between.seen.clear()
    between.plan = [Fault.LOST]
    with pytest.raises(PresageConnectionError):
        await ada.auth.login(EMAIL, PASSWORD)
    assert len(between.seen) == 1


async def test_a_session_that_has_ended_says_so(ada: PresageClient, between: Flaky) -> None:
    async with await stale(between) as client, PresageClient(between.url, token="stale") as without:
        await ada.me.change_password(PASSWORD, "battery horse")
        between.seen.clear()
        for other in (client, client, without):
            with pytest.raises(UnauthenticatedError):
                await other.me.profile()
    assert [seen.name for seen in between.seen].count(REFRESH) == 1
    assert (await ada.me.profile()).handle == "ada"


async def test_refreshing_and_logging_out(ada: PresageClient, between: Flaky) -> None:
    first = await ada.auth.refresh()
    assert (await ada.me.profile()).id == first.user_id
    await ada.auth.logout()
    await ada.auth.logout()
    with pytest.raises(UnauthenticatedError) as nobody:
        await ada.me.profile()
    assert nobody.value.code == "AUTHENTICATION_NEEDED"
    with pytest.raises(ValueError, match="Log in first"):
        await ada.auth.refresh()
    async with PresageClient(between.url, token="stale", refresh_token=first.refresh_token) as client:
        with pytest.raises(UnauthenticatedError):
            await client.me.profile()


async def test_an_api_key_is_a_credential_until_it_is_revoked(ada: PresageClient, between: Flaky) -> None:
    made = await ada.me.create_api_key("bot", ["read"])
    async with PresageClient(between.url, api_key=made.key) as bot:
        assert (await bot.me.profile()).handle == "ada"
        with pytest.raises(ForbiddenError):
            await bot.me.rename("eve")
        assert (await ada.me.revoke_api_key(made.id)).revoked_at is not None
        with pytest.raises(UnauthenticatedError):
            await bot.me.profile()


async def test_nothing_secret_is_shown(ada: PresageClient) -> None:
    signed_in, made = await ada.auth.refresh(), await ada.me.create_api_key("bot", ["read", "trade"])
    shown = f"{signed_in!r} {made!r} {vars(ada)!r}"
    for secret in (signed_in.access_token, signed_in.refresh_token, made.key):
        assert secret
        assert secret not in shown


def test_one_credential_is_enough() -> None:
    with pytest.raises(ValueError, match="not both"):
        PresageClient("http://127.0.0.1:1", api_key="a", token="b")
