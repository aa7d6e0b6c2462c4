"""The parts of a client, and the methods of them that call an operation."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from presage_client import PresageClient
from presage_client.operations import Operation, Part


class Method(NamedTuple):
    """A method of a part, with its operation."""

    name: str
    call: Callable[..., Any]
    operation: Operation[Any]


def parts_of(holder: object) -> Iterator[tuple[str, Part]]:
    """The parts that a client has, those of its groups too."""
    for name, value in vars(holder).items():
        if isinstance(value, Part):
            yield name, value
        elif type(value).__module__.startswith("presage_client.client"):
            yield from ((f"{name}.{inner}", part) for inner, part in parts_of(value))


def methods_of(client: PresageClient) -> list[Method]:
    """Every method that calls an operation."""
    return [
        Method(f"{name}.{attribute}", method, method.operation)
        for name, part in parts_of(client)
        for attribute in dir(type(part))
        if hasattr(method := getattr(part, attribute), "operation")
    ]
