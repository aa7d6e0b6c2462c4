"""The OpenAPI 3.1 document, made from the endpoints and from the very models that validate."""

import inspect
from collections.abc import Sequence
from typing import Any

from adapters.http.endpoints import Access, Endpoint, NoBody, Raw
from adapters.http.idempotency import HEADER
from adapters.http.openapi.examples import example_of
from adapters.http.openapi.parameters import Parameter, parameters_of
from adapters.http.openapi.responses import refusals_of, successes_of
from adapters.http.openapi.schemas import Schemas
from adapters.http.preferences import APPLIED, PREFER
from domain.trading.orders import MAX_KEY_LENGTH

VERSION = "1.0"
"""Of the API, not of the program."""

_ABOUT = """A prediction-market exchange for points.

Amounts, costs and share counts are micro-units (1 point = 1,000,000 MicroPoints): a request may give a JSON integer or
a string of digits, an answer always gives a string of digits. Probabilities are of YES. Times are ISO 8601 in UTC.

Register, log in, and send `Authorization: Bearer` with the access token, or with an API key of your own.
"""

_KEY = {
    "name": HEADER,
    "in": "header",
    "description": "The same key with the same request never acts twice; made for you where left out.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[ -~]*$"},
}

_PREFER = {
    "name": PREFER,
    "in": "header",
    "description": "`respond-async` asks for a job instead of the answer, `wait=5` waits for it so many seconds "
    "(RFC 7240). What cannot be read is passed over.",
    "schema": {"type": "string", "examples": ["respond-async"]},
}


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The document of some endpoints, in their order."""
    schemas = Schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Presage", "version": VERSION, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token or an API key"}},
        },
    }


def _operation(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    title, _, rest = (inspect.getdoc(endpoint.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "tags": [_tag(endpoint)],
        "summary": title.rstrip("."),
        "description": f"{rest.strip()}\n\nFor {endpoint.access}.".strip(),
        "parameters": [*parameters_of(endpoint, schemas), *_in_headers(endpoint)],
        "responses": {**successes_of(endpoint, schemas), **refusals_of(endpoint)},
    }
    if endpoint.body is not NoBody:
        operation["requestBody"] = _body(endpoint, schemas)
    if endpoint.access is not Access.PUBLIC:
        operation["security"] = [{"bearer": []}]
    return operation


def _in_headers(endpoint: Endpoint) -> list[Parameter]:
    return [*([_KEY] if endpoint.keyed else []), *([_PREFER] if APPLIED in endpoint.headers else [])]


def _body(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    if endpoint.body is Raw:
        schema: Any = {"type": "string", "format": "binary", "minLength": 1}  # a maxLength would count characters
        content = {media: {"schema": schema} for media in endpoint.takes}
        return {"description": f"At most {endpoint.body_bytes:,} bytes.", "required": True, "content": content}
    schema = schemas.taken(endpoint.body)
    content = {"schema": schema, "example": example_of(schema, schemas.components, whole=False)}
    return {"required": True, "content": {"application/json": content}}


def _operation_id(endpoint: Endpoint) -> str:
    """The part of the adapter and the name of the handler, such as `markets_page`."""
    owner = type(getattr(endpoint.handler, "__self__", None)).__name__
    return f"{owner[0].lower()}{owner[1:]}_{getattr(endpoint.handler, '__name__', '')}"


def _tag(endpoint: Endpoint) -> str:
    """The first word of the path after the version."""
    return endpoint.path.removeprefix("/api/v1/").partition("/")[0]
