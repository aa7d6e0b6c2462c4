"""What a schema asks for, line by line, so that two schemas of one thing can be compared whoever made them."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import TypeAdapter

from presage_client.models.covers import Picture
from presage_client.models.words import PictureMedia
from presage_client.operations import Operation

Schema = dict[str, Any]

FOR_BROWSERS = {"body.cookie?: boolean"}
"""The refresh token in a cookie is for pages; programs keep it themselves."""

IN_HEADER = {"idempotencyKey"}
"""An order of this client holds its key, which travels in the header where it is sent alone."""

STREAMS = "text/event-stream"
"""What goes on for as long as its subject: the document says nothing of its events."""

_JSON = "application/json"
_PLAIN: dict[Any, str] = {str: "answer: text", bytes: "answer: bytes"}
_FORMATS = {"uuid", "date-time"}


def lines(schema: Schema, parts: Schema, path: str, *, asked: bool) -> Iterator[str]:
    """Every field with its type; a `?` follows the name of one that may be missing.

    What is `asked` may leave out what it does not say, so that null says nothing more there.
    """
    kinds: set[str] = set()
    for choice in _choices(schema, parts):
        match choice:
            case {"properties": dict(fields)}:
                yield from _fields(choice, fields, parts, f"{path}{_form(schema, choice, parts)}", asked=asked)
            case {"items": items}:
                yield from lines(items, parts, f"{path}[]", asked=asked)
            case {"type": "object", **rest}:
                every = rest.get("additionalProperties", True)
                yield from lines({} if every is True else every, parts, f"{path}.*", asked=asked)
            case _:
                kinds |= _kinds(choice)
    if {"string", "integer"} <= kinds:
        kinds.remove("integer")  # micro-units may be asked as either, and the client sends digits
    if asked and path.endswith("?"):
        kinds.discard("null")
    if kinds:
        yield f"{path}: {' | '.join(sorted(kinds))}"


def _choices(schema: Schema, parts: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _choices(parts[schema["$ref"].rpartition("/")[2]], parts)
    elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
        for alternative in alternatives:
            yield from _choices(alternative, parts)
    else:
        yield schema


def _fields(schema: Schema, fields: Schema, parts: Schema, path: str, *, asked: bool) -> Iterator[str]:
    needed = schema.get("required", [])
    for name, field in fields.items():
        # a field that can only be one thing is given, whether or not it must be
        optional = "" if name in needed or "const" in field else "?"
        yield from lines(field, parts, f"{path}.{name}{optional}", asked=asked)


def _form(schema: Schema, choice: Schema, parts: Schema) -> str:
    """What tells one alternative of several from another."""
    if sum("properties" in each for each in _choices(schema, parts)) == 1:
        return ""
    fixed = [field["const"] for field in choice["properties"].values() if "const" in field]
    needed = [name for name in choice.get("required", []) if "const" not in choice["properties"][name]]
    return f"<{','.join(sorted(fixed) + sorted(needed))}>"


def _kinds(schema: Schema) -> set[str]:
    if "const" in schema or "enum" in schema:
        return {repr(value) for value in schema.get("enum", [schema.get("const")])}
    kind = schema.get("type", "anything")
    return {f"{kind} {schema['format']}" if schema.get("format") in _FORMATS else kind}


def successes(operation: Schema) -> dict[str, Schema]:
    """What an operation answers where all is well, each thing by the first status that says it."""
    answers = {status: part["content"] for status, part in operation["responses"].items() if status < "204"}
    by_content = {str(content): status for status, content in reversed(answers.items())}
    return {status: answers[status] for status in sorted(by_content.values())}


PREFER = "Prefer"
"""Sent by the operations of the client that ask for a job, and by no other."""


def of_document(operation: Schema, parts: Schema, answer: Schema) -> set[str]:
    """The lines of an operation of the document, with one of its answers."""
    found: set[str] = set()
    for parameter in operation["parameters"]:
        optional = "" if parameter.get("required") else "?"
        if parameter["in"] == "query":
            found |= set(lines(parameter["schema"], parts, f"query.{parameter['name']}{optional}", asked=True))
        elif parameter["in"] == "header" and parameter["name"] != PREFER:
            found.add(f"header {parameter['name']}")
    if body := operation.get("requestBody"):
        content = body["content"]
        whole = lines(content[_JSON]["schema"], parts, "body", asked=True) if _JSON in content else [_raw(content)]
        found |= set(whole)
    if _JSON in answer:
        data = answer[_JSON]["schema"]["properties"]["data"]
        return found | set(lines(data, parts, "answer", asked=False))
    return found | {f"answer: {'text' if all(media.startswith('text/') for media in answer) else 'bytes'}"}


def of_client(operation: Operation[Any]) -> set[str]:
    """The lines of an operation of the client."""
    found = {_PLAIN[operation.answer]} if operation.answer in _PLAIN else _of_model(operation.answer, "answer")
    if operation.query:
        found |= _of_model(operation.query, "query", asked=True)
    if operation.body is Picture:
        found.add(_raw(get_args(PictureMedia)))
    elif operation.body:
        found |= _of_model(operation.body, "body", asked=True)
    if operation.keyed:
        found.add("header Idempotency-Key")
        found = {line for line in found if not _in_header(line)}
    return found


def _raw(media: Iterable[str]) -> str:
    return f"body: {' | '.join(sorted(media))}"


def _of_model(model: Any, path: str, *, asked: bool = False) -> set[str]:
    schema = TypeAdapter(model).json_schema(mode="validation")
    return set(lines(schema, schema.get("$defs", {}), path, asked=asked))


def _in_header(line: str) -> bool:
    path, _, _ = line.partition(": ")
    return path.startswith("body") and "[]" not in path and path.rpartition(".")[2].rstrip("?") in IN_HEADER


def differences(document: Schema, client: dict[tuple[str, str], Operation[Any]]) -> list[str]:
    """Where a document and a client disagree."""
    parts = document["components"]["schemas"]
    offered = dict(_offered(document))
    found = [f"{' '.join(name)}: {where}" for name, where in _unmatched(set(offered), set(client))]
    for name in sorted(set(offered) & set(client)):
        operation, answer = offered[name]
        served, called = of_document(operation, parts, answer) - FOR_BROWSERS, of_client(client[name])
        found += [f"{' '.join(name)}: only in the document: {line}" for line in sorted(served - called)]
        found += [f"{' '.join(name)}: only in the client: {line}" for line in sorted(called - served)]
    return found


def _offered(document: Schema) -> Iterator[tuple[tuple[str, str], tuple[Schema, Schema]]]:
    """Every operation with its answer; one that may also be answered otherwise comes again, with that status."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for place, (status, answer) in enumerate(successes(operation).items()):
                if STREAMS not in answer:
                    yield (f"{method.upper()} {status}" if place else method.upper(), path), (operation, answer)


def _unmatched(offered: set[tuple[str, str]], called: set[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], str]]:
    yield from ((name, "no method of the client") for name in sorted(offered - called))
    yield from ((name, "not in the document") for name in sorted(called - offered))
