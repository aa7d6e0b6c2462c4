"""The client against the document that the exchange serves: every operation, every field, every type."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from adapters.http.models.jobs import JobEventAnswer
from adapters.http.openapi.document import document as openapi
from entrypoints.api import endpoints
from entrypoints.container import Container
from presage_client import PresageClient
from presage_client.models.base import Answer
from presage_client.models.jobs import JobEvent
from presage_client.operations import Operation
from tests.conftest import settings_for
from tests.http.typed_client.contract import Schema, differences, lines
from tests.http.typed_client.parts import methods_of

Operations = dict[tuple[str, str], Operation[Any]]

COVER = "/api/v1/markets/{id}/cover"
ACCEPTED = 202
TRADE, QUOTE = ("POST", "/api/v1/trades"), ("GET", "/api/v1/markets/{id}/quote")


@pytest.fixture(scope="module")
def document() -> Schema:
    """That of an exchange whose database nobody asks."""
    settings = settings_for("postgresql+asyncpg://nobody@127.0.0.1:1/none", Path())
    exchange = Container(settings=settings)
    return openapi(endpoints(exchange, exchange.desk()))


@pytest.fixture
async def operations() -> Operations:
    """By method and path; each has one method of the client."""
    async with PresageClient("http://127.0.0.1:1") as client:
        methods = methods_of(client)
    found = {named(method.operation): method.operation for method in methods}
    assert len(found) == len(methods)
    return found


def named(operation: Operation[Any]) -> tuple[str, str]:
    """By what the document names it, or the other answer of one that may be answered with a job."""
    return f"{operation.method} {ACCEPTED}" if operation.later else operation.method, operation.path


async def test_the_client_and_the_document_agree(document: Schema, operations: Operations) -> None:
    assert differences(document, operations) == []


def test_an_event_of_a_job_is_what_the_server_tells() -> None:
    def told(model: type[BaseModel]) -> set[str]:
        schema = TypeAdapter(model).json_schema(mode="validation")
        return set(lines(schema, schema.get("$defs", {}), "event", asked=False))

    assert told(JobEvent) == told(JobEventAnswer)


def field(document: Schema, model: str, name: str) -> Schema:
    found: Schema = document["components"]["schemas"][model]["properties"][name]
    return found


def form(document: Schema, title: str) -> Schema:
    """One form of an order."""
    (found,) = (each for each in document["components"]["schemas"]["PlaceTrade"]["oneOf"] if each["title"] == title)
    return dict(found)


CHANGES: dict[str, tuple[Callable[[Schema], Any], str]] = {
    "a new operation": (
        lambda it: it["paths"].update({"/api/v1/new": {"get": it["paths"][QUOTE[1]]["get"]}}),
        "GET /api/v1/new: no method of the client",
    ),
    "an operation gone": (
        lambda it: it["paths"].pop(TRADE[1]),
        "POST /api/v1/trades: not in the document",
    ),
    "a new field of an answer": (
        lambda it: it["components"]["schemas"]["QuoteAnswer"]["properties"].update(slippage={"type": "string"}),
        "GET /api/v1/markets/{id}/quote: only in the document: answer.slippage?: string",
    ),
    "a field of an answer gone": (
        lambda it: it["components"]["schemas"]["QuoteAnswer"]["properties"].pop("fee"),
        "GET /api/v1/markets/{id}/quote: only in the client: answer.fee: string",
    ),
    "a field of an answer that may be missing": (
        lambda it: it["components"]["schemas"]["QuoteAnswer"]["required"].remove("fee"),
        "GET /api/v1/markets/{id}/quote: only in the document: answer.fee?: string",
    ),
    "an amount that is a number": (
        lambda it: field(it, "QuoteAnswer", "fee").update(type="number"),
        "GET /api/v1/markets/{id}/quote: only in the document: answer.fee: number",
    ),
    "a field that may be null": (
        lambda it: field(it, "QuoteAnswer", "seq").update(anyOf=[{"type": "integer"}, {"type": "null"}]),
        "GET /api/v1/markets/{id}/quote: only in the document: answer.seq: integer | null",
    ),
    "a time that is none": (
        lambda it: field(it, "TradeAnswer", "executedAt").pop("format"),
        "POST /api/v1/trades: only in the document: answer.executedAt: string",
    ),
    "a new word": (
        lambda it: it["components"]["schemas"]["Outcome"]["enum"].append("MAYBE"),
        "GET /api/v1/markets/{id}/quote: only in the document: answer.outcome: 'MAYBE' | 'NO' | 'YES'",
    ),
    "a new parameter": (
        lambda it: it["paths"][QUOTE[1]]["get"]["parameters"].append(
            {"name": "at", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "GET /api/v1/markets/{id}/quote: only in the document: query.at: string",
    ),
    "a parameter that must be given": (
        lambda it: it["paths"][QUOTE[1]]["get"]["parameters"][-1].update(required=True),
        "GET /api/v1/markets/{id}/quote: only in the document: query.shares: string",
    ),
    "a new field of one form": (
        lambda it: form(it, "MINT by amount")["properties"].update(note={"type": "string"}),
        "POST /api/v1/trades: only in the document: body<MINT,amount,marketId>.note?: string",
    ),
    "a form gone": (
        lambda it: it["components"]["schemas"]["PlaceTrade"]["oneOf"].pop(),
        "POST /api/v1/trades: only in the client: body<NET_SELL,marketId>.minProceeds?: string",
    ),
    "a new kind of file": (
        lambda it: it["paths"][COVER]["put"]["requestBody"]["content"].update({"image/avif": {}}),
        f"PUT {COVER}: only in the document: body: image/avif | image/gif | image/jpeg | image/png | image/webp",
    ),
    "another kind of answer": (
        lambda it: it["paths"][COVER]["get"]["responses"]["200"].update(content={"text/plain": {}}),
        f"GET {COVER}: only in the client: answer: bytes",
    ),
    "no key": (
        lambda it: it["paths"][TRADE[1]]["post"]["parameters"].clear(),
        "POST /api/v1/trades: only in the client: header Idempotency-Key",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_of_the_document_is_seen(document: Schema, operations: Operations, name: str) -> None:
    change, said = CHANGES[name]
    changed = copy.deepcopy(document)
    change(changed)
    assert said in differences(changed, operations)


async def test_a_change_of_the_client_is_seen(document: Schema, operations: Operations) -> None:
    class Shorter(Answer):
        """A quote without most of it."""

        seq: float

    changed = operations | {QUOTE: replace(operations[QUOTE], answer=Shorter, query=None)}
    found = [line.partition(": ")[2] for line in differences(document, changed)]
    assert "only in the client: answer.seq: number" in found
    assert "only in the document: answer.seq: integer" in found
    assert "only in the document: query.action: 'BUY' | 'SELL'" in found
    del changed[TRADE]
    assert "POST /api/v1/trades: no method of the client" in differences(document, changed)
