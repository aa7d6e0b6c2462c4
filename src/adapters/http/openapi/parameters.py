"""Parameters in the path and in the query."""

import re
from typing import Any

from adapters.http.endpoints import Endpoint
from adapters.http.openapi.examples import example_of
from adapters.http.openapi.schemas import Schemas

_NAMED = re.compile(r"{(\w+)(?::[^}]*)?}")

_MARKET = "/api/v1/markets/{id}"
"""Where the example of an id is the first market of the demo."""

Parameter = dict[str, Any]


def parameters_of(endpoint: Endpoint, schemas: Schemas) -> list[Parameter]:
    """All parameters of an endpoint but its headers."""
    return [_in_path(name, endpoint) for name in _NAMED.findall(endpoint.path)] + _in_query(endpoint, schemas)


def _in_path(name: str, endpoint: Endpoint) -> Parameter:
    schema = {"type": "string", "minLength": 1} if name in endpoint.texts else {"type": "string", "format": "uuid"}
    parameter = {"name": name, "in": "path", "required": True, "schema": schema}
    return parameter | ({"example": example_of(schema, {})} if endpoint.path.startswith(_MARKET) else {})


def _in_query(endpoint: Endpoint, schemas: Schemas) -> list[Parameter]:
    forms = _forms(schemas.asked(endpoint.query))
    needed = set.intersection(*(set(form.get("required", [])) for form in forms))
    found: dict[str, Any] = {}
    for form in forms:
        for name, schema in form.get("properties", {}).items():
            found[name] = _either(found[name], schema) if name in found else schema
    return [_parameter(name, schema, schemas, required=name in needed) for name, schema in found.items()]


def _forms(model: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a model; a query can only offer the parameters of all of them."""
    alternatives: list[dict[str, Any]] = model.get("oneOf", [model])
    return alternatives


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What a parameter may be in two forms."""
    if "const" not in other:
        return one
    values = one["enum"] if "enum" in one else [one["const"]]
    return {"enum": list(dict.fromkeys([*values, other["const"]]))}


def _parameter(name: str, schema: dict[str, Any], schemas: Schemas, *, required: bool) -> Parameter:
    """A parameter that is not given is left out; null is nothing that a query can say."""
    schema = dict(schema)
    if "anyOf" in schema:
        schema["anyOf"] = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
        if len(schema["anyOf"]) == 1:
            schema = {**schema.pop("anyOf")[0], **schema}
    if schema.get("default", "") is None:
        del schema["default"]
    parameter: Parameter = {"name": name, "in": "query", "required": required, "schema": schema}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if required:
        parameter["example"] = example_of(schema, schemas.components)
    return parameter
