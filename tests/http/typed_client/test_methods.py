"""Every method of the client says all that it was told, where its operation declares it."""

import inspect
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from presage_client import BuyForAmount, PresageClient, points, shares
from presage_client.amounts import MicroUnits
from presage_client.operations import Asked, Operation
from tests.http.typed_client.parts import Method, methods_of, parts_of

SOME_ID = UUID("00000000-0000-7000-8001-000000000001")
AT = datetime(2030, 1, 31, 12, tzinfo=UTC)
ORDER = BuyForAmount(market_id=SOME_ID, outcome="NO", amount=points(3), min_shares=shares(2), expires_at=AT)
TIMES = ("expires_at", "closes_at", "closes_from", "closes_before", "since", "until", "due_at")
IDS = (
    *("market_id", "user_id", "key_id", "admin_id", "subject_id", "report_id", "schedule_id", "job_id", "requested_by"),
    "webhook_id",
)
NUMBERS = ("limit", "after_seq", "probability", "fee_bps", "lp_fee_bps", "per_minute")
TEXTS = (
    *("title", "description", "category", "text", "reason", "handle", "name"),
    *("job", "cron", "zone"),
    *("password", "old_password", "new_password", "refresh_token"),
)
VALUES: dict[str, Any] = {
    **{name: UUID(int=place) for place, name in enumerate(IDS)},
    **{name: AT + timedelta(days=place) for place, name in enumerate(TIMES)},
    **{name: points(5) for name in ("amount", "liquidity")},
    **{name: shares(7) for name in ("shares", "lp_shares")},
    **{name: place for place, name in enumerate(NUMBERS)},
    **{name: f"some {name}" for name in TEXTS},
    "email": "ada@example.org",
    "idempotency_key": "key/1",
    "order": ORDER,
    "orders": [ORDER, ORDER],
    "outcome": "NO",
    "status": "ACTIVE",
    "sort": "closing",
    "interval": "5m",
    "held": "ever",
    "size": "thumb",
    "picture": b"some picture",
    "media": "image/png",
    "queue": "market-ops",
    "state": "dead_letter",
    "payload": {"echo": "hello"},
    "role": "admin",
    "active": False,
    "missed": "skip",
    "url": "https://hooks.example.org",
    "events": ["job.dead"],
    "all_jobs": True,
    "scopes": ["read"],
}
SPECIAL = {"quote": {"action": "SELL"}, "actions_page": {"action": "USER_GRANTED"}}


class Heard(Exception):
    """What a method asked."""

    def __init__(self, operation: Operation[Any], asked: Asked) -> None:
        super().__init__()
        self.operation, self.asked = operation, asked


class Ear:
    """Implements Sends: it tells what it hears, and answers nothing."""

    async def send(self, operation: Operation[Any], asked: Asked) -> Any:
        raise Heard(operation, asked)

    def stream(self, operation: Operation[Any], ask: Callable[[int], Asked], after: int) -> Any:
        raise Heard(operation, ask(after))


@pytest.fixture
async def methods() -> AsyncIterator[list[Method]]:
    async with PresageClient("http://127.0.0.1:1") as client:
        for _, part in parts_of(client):
            part.api = Ear()
        yield methods_of(client)


def values_for(method: Method) -> dict[str, Any]:
    """A value for each parameter."""
    own = SPECIAL.get(method.name.rpartition(".")[2], {})
    paged = "PageById" in str(inspect.getmro(method.operation.answer))
    cursor = {"cursor": SOME_ID if paged else "abc"}
    return {name: (VALUES | own | cursor)[name] for name in inspect.signature(method.call).parameters}


def said(asked: Asked) -> list[Any]:
    """Each thing that a call says, as it travels, and its body as a whole."""
    models = [
        model.model_dump(mode="json", by_alias=True, exclude_none=True) for model in (asked.body, asked.query) if model
    ]
    return [
        *map(str, asked.path.values()),
        *models,
        *(value for model in models for value in model.values()),
        asked.key,
    ]


def travelling(value: Any) -> Any:
    """A value as it travels."""
    return str(value) if isinstance(value, MicroUnits) else to_jsonable_python(value, exclude_none=True)


async def test_all_that_a_method_takes_is_asked(methods: list[Method]) -> None:
    assert methods
    for method in methods:
        given = values_for(method)
        with pytest.raises(Heard) as heard:
            await method.call(**given)
        operation, asked = heard.value.operation, heard.value.asked
        assert operation is method.operation
        assert "{" not in asked.fill(operation.path), method.name
        declared: Any
        for declared, model in ((operation.body, asked.body), (operation.query, asked.query)):
            assert (declared is None) == (model is None), method.name
            if model is not None:
                TypeAdapter(declared).validate_python(model)
        for name, value in given.items():
            assert travelling(value) in said(asked), f"{method.name} {name}"


async def test_the_key_of_an_order_is_that_of_its_request(methods: list[Method]) -> None:
    (place,) = (method for method in methods if method.name == "trades.place")
    with pytest.raises(Heard) as heard:
        await place.call(ORDER.model_copy(update={"idempotency_key": "mine"}))
    assert (heard.value.asked.key, heard.value.asked.body) == ("mine", ORDER)


async def test_the_events_of_a_job_are_asked_after_one_of_them() -> None:
    async with PresageClient("http://127.0.0.1:1") as client:
        client.jobs.api = Ear()
        with pytest.raises(Heard) as heard:
            client.jobs.events(SOME_ID, after=7)
    assert heard.value.asked.fill(heard.value.operation.path) == f"/api/v1/jobs/{SOME_ID}/events"
    assert said(heard.value.asked)[1] == {"after": 7}


async def test_a_method_whose_path_lacks_a_part_would_be_seen() -> None:
    with pytest.raises(KeyError):
        Asked().fill("/api/v1/markets/{id}")


async def test_a_part_of_a_path_stays_one() -> None:
    assert Asked({"key": "../a b?c=d&e#f%2f"}).fill("/trades/{key}") == "/trades/..%2Fa%20b%3Fc%3Dd%26e%23f%252f"
