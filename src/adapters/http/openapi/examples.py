"""An example of what a schema allows, so that every part of the documentation shows one."""

from typing import Any

from adapters.http.openapi.schemas import resolved

_BY_FORMAT = {
    "uuid": "00000000-0000-7000-8001-000000000001",
    "date-time": "2030-01-31T12:00:00Z",
    "email": "ada@example.org",
}
_BY_TYPE: dict[str, Any] = {"integer": 1, "number": 0.62, "boolean": False, "string": "text", "null": None}


def example_of(schema: dict[str, Any], components: dict[str, Any], *, whole: bool = True) -> Any:
    """An example: the schema's own where it has one, else one made of its parts, of those needed if not `whole`."""
    schema = resolved(schema, components)
    for name, pick in (("examples", 0), ("const", None), ("default", None), ("enum", 0)):
        if schema.get(name) is not None:
            return schema[name] if pick is None else schema[name][pick]
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema:
            return example_of(schema[name][0], components, whole=whole)
    match schema.get("type"):
        case "object":
            parts, needed = schema.get("properties", {}), schema.get("required", [])
            shown = parts if whole else {name: part for name, part in parts.items() if name in needed}
            return {name: example_of(part, components, whole=whole) for name, part in shown.items()}
        case "array":
            return [example_of(schema["items"], components, whole=whole)] if "items" in schema else []
        case kind:
            return schema.get("minimum") or _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(str(kind)))
