"""The OpenAPI document of the served exchange."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientSession
from jsonschema import Draft202012Validator

from adapters.http.idempotency import REPLAYED
from tests.http.client import Client

Document = dict[str, Any]


@pytest.fixture
async def document(api: Client) -> Document:
    async with ClientSession() as session, session.get(f"{api.url}/api/openapi.json") as response:
        assert response.status == 200
        assert response.content_type == "application/json"
        found: Document = await response.json()
    return found


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(document: Document) -> Iterator[tuple[str, Document]]:
    """Every JSON body, asked and answered."""
    for name, operation in operations(document):
        parts = [("body", operation["requestBody"])] if "requestBody" in operation else []
        for status, part in [*parts, *operation["responses"].items()]:
            if "application/json" in part.get("content", {}):
                yield f"{name} {status}", part["content"]["application/json"]


async def test_its_outline(document: Document) -> None:
    assert document["openapi"] == "3.1.0"
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for name, operation in operations(document):
        assert operation["summary"], name
        assert {"429", "500", "503"} <= set(operation["responses"]), name


async def test_every_schema_is_one(document: Document) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, content in contents(document):
        Draft202012Validator.check_schema(content["schema"])


async def test_every_body_has_an_example_that_fits(document: Document) -> None:
    found = dict(contents(document))
    assert found
    for name, content in found.items():
        schema = {**content["schema"], "components": document["components"]}
        errors = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
        assert errors == [], name


async def test_who_may_call(document: Document) -> None:
    guarded = {name for name, operation in operations(document) if "security" in operation}
    assert {"POST /api/v1/trades", "POST /api/v1/trades/batch"} <= guarded
    assert "GET /api/v1/markets" not in guarded
    for name, operation in operations(document):
        takes_proofs = name in guarded or (name.startswith("POST /api/v1/auth/") and not name.endswith("register"))
        assert ("401" in operation["responses"]) == takes_proofs, name


async def test_what_is_answered_without_content(document: Document) -> None:
    empty = {
        f"{name} {status}": set(answer) - {"description", "headers"}
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status in ("204", "304")
    }
    covers = [f"GET /api/v1/{what}/{{id}}/cover 304" for what in ("markets", "proposals")]
    assert empty == {name: set() for name in ("GET /api/v1/jobs/{id}/events 204", *covers)}


async def test_what_takes_an_idempotency_key(document: Document) -> None:
    """Its answers, and those refusals that are remembered, may be repeated ones."""
    keyed = {name for name, each in operations(document) if "Idempotency-Key" in map(_name, each["parameters"])}
    assert {"POST /api/v1/trades", "POST /api/v1/admin/markets/{id}/resolve"} <= keyed
    for name, operation in operations(document):
        told = {status for status, answer in operation["responses"].items() if REPLAYED in answer.get("headers", {})}
        if name not in keyed:
            assert told == set(), name
            continue
        success = {status for status in operation["responses"] if status < "300"}
        assert told - {"404"} == success | {"409", "422"}, name
        assert ("404" in told) == ("404" in operation["responses"]), name


def _name(parameter: Document) -> str:
    return str(parameter["name"])


async def test_the_forms_of_an_order(document: Document) -> None:
    schema = {**document["components"]["schemas"]["PlaceTrade"], "components": document["components"]}
    fits = Draft202012Validator(schema).is_valid
    order = {"marketId": "00000000-0000-7000-8001-000000000001", "action": "BUY", "outcome": "YES"}
    assert fits({**order, "amount": 5})
    assert fits({**order, "shares": "5", "maxCost": "7"})
    for change in ({}, {"amount": 5, "shares": 5}, {"amount": 0}, {"amount": 5, "maxCost": 7}, {"amount": 5, "x": 1}):
        assert not fits({**order, **change}), change
    assert fits({**order, "action": "MINT", "amount": 5} | {"outcome": "YES"}) is False


async def test_headers_are_told_where_they_come(document: Document) -> None:
    trade = document["paths"]["/api/v1/trades"]["post"]
    assert {"Location", "Preference-Applied"} <= set(trade["responses"]["202"]["headers"])
    assert "Prefer" in {parameter["name"] for parameter in trade["parameters"]}
    assert set(document["paths"]["/api/v1/markets/{id}/cover"]["get"]["responses"]["304"]["headers"]) == {"ETag"}
    for _, operation in operations(document):
        assert set(operation["responses"]["429"]["headers"]) == {"Retry-After"}
