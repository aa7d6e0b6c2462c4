"""The JSON schemas of every model, each under its name."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from adapters.http.endpoints import Endpoint, NoBody, Raw
from adapters.http.envelope import Failure, Meta
from adapters.http.models.base import Request

Mode = Literal["validation", "serialization"]

_REF = "#/components/schemas/{model}"


class _Untitled(GenerateJsonSchema):
    """Titles of fields would only repeat their names."""

    def field_title_should_be_set(self, _: object) -> bool:
        return False


class Schemas:
    """The schemas of what endpoints take and answer, and references to them."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        wanted = list(dict.fromkeys(_used(endpoints)))
        self._refs, whole = models_json_schema(wanted, ref_template=_REF, schema_generator=_Untitled)
        definitions = whole["$defs"]
        queries = {endpoint.query for endpoint in endpoints}
        self._queries = {query: self._resolve(query, definitions) for query in queries}
        self.components: dict[str, Any] = definitions

    def taken(self, model: type[BaseModel]) -> dict[str, Any]:
        """The schema of what a caller sends."""
        return self._refs[model, "validation"]

    def given(self, model: type[BaseModel]) -> dict[str, Any]:
        """The schema of what he is answered."""
        return self._refs[model, "serialization"]

    def asked(self, model: type[Request]) -> dict[str, Any]:
        """The schema of query parameters, which is no component."""
        return self._queries[model]

    def _resolve(self, query: type[Request], definitions: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = definitions.pop(self._refs[query, "validation"]["$ref"].rpartition("/")[2])
        return found


def resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference stands for, or the schema itself."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    return schema


def _used(endpoints: Sequence[Endpoint]) -> Iterator[tuple[type[BaseModel], Mode]]:
    yield from ((Failure, "serialization"), (Meta, "serialization"))
    for endpoint in endpoints:
        yield endpoint.query, "validation"
        if endpoint.body not in (NoBody, Raw):
            yield endpoint.body, "validation"
        for answer in (endpoint.answer, *endpoint.also.values()):
            if answer is not None:
                yield answer, "serialization"
