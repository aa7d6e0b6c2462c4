"""What the client raises: the API's own codes, and what is no answer of the API at all."""

import socket
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiohttp import web

from domain.shared.ids import MarketId
from presage_client import (
    NEVER,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PresageAnswerError,
    PresageApiError,
    PresageClient,
    PresageConnectionError,
    ServerFaultError,
    UnauthenticatedError,
)
from tests.http.client import Client
from tests.http.signed import TRADER
from tests.http.typed_client.flaky import Flaky, flaky


@pytest.fixture
async def between(api: Client) -> AsyncIterator[Flaky]:
    async with flaky(api.url) as server:
        yield server


@pytest.fixture
async def client(between: Flaky) -> AsyncIterator[PresageClient]:
    async with PresageClient(between.url, token=str(TRADER), retries=NEVER) as trader:
        yield trader


async def test_refusals_have_a_class_a_code_and_the_id_of_the_request(
    client: PresageClient, markets: list[MarketId]
) -> None:
    with pytest.raises(NotFoundError) as unknown:
        await client.markets.one(uuid4())
    assert (unknown.value.code, unknown.value.status) == ("MARKET_NOT_FOUND", 404)
    assert unknown.value.request_id
    assert unknown.value.message.endswith(".")
    assert str(unknown.value) == f"MARKET_NOT_FOUND: {unknown.value.message}"
    with pytest.raises(InvalidRequestError) as invalid:
        await client.markets.quote(markets[0], "BUY", "YES", amount=0)
    assert invalid.value.details["fields"][0]["path"] == "amount"
    with pytest.raises(ForbiddenError) as forbidden:
        await client.admin.users.page()
    assert isinstance(forbidden.value, PresageApiError)


async def test_nobody_is_told_to_sign_in(between: Flaky) -> None:
    async with PresageClient(between.url) as nobody:
        assert [market async for market in nobody.markets.all()]
        with pytest.raises(UnauthenticatedError):
            await nobody.me.profile()


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (web.Response(status=502, text="<h1>Bad Gateway</h1>"), ServerFaultError, "HTTP_502: Bad Gateway."),
        (web.Response(status=413, text="too large"), InvalidRequestError, "HTTP_413"),
        (web.json_response({"success": False, "error": {}}, status=500), ServerFaultError, "HTTP_500"),
        (web.Response(text="It works!"), PresageAnswerError, "not a Presage answer"),
        (web.json_response({"success": True, "data": {"id": 1}}), PresageAnswerError, "not a Presage answer"),
        (web.json_response({"success": False, "data": {}}), PresageAnswerError, "not a Presage answer"),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}), PresageAnswerError, "is elsewhere"),
    ],
)
async def test_what_is_no_answer_of_the_api(
    client: PresageClient, between: Flaky, answer: web.Response, kind: type[Exception], says: str
) -> None:
    between.plan = [answer]
    with pytest.raises(kind, match=says):
        await client.me.profile()
    assert len(between.seen) == 1


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with PresageClient(f"http://127.0.0.1:{taken.getsockname()[1]}", retries=NEVER) as client:
            with pytest.raises(PresageConnectionError, match="No whole answer"):
                await client.markets.page()


@pytest.mark.parametrize("url", ["", "127.0.0.1:4000", "ftp://127.0.0.1", "http://", "http://127.0.0.1:4000/api"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="Give the address of the exchange"):
        PresageClient(url)
