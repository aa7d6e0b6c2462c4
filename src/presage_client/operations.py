"""An operation of the API, declared once on the method that calls it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

A = TypeVar("A")
E = TypeVar("E", bound="Told")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Operation(Generic[A]):
    """A method and a path, what it takes and what it answers: a model, or text or bytes where that is not JSON.

    `keyed` takes an idempotency key; `signed` carries the credential. `body` is a model or a union of some. What is
    asked for `later` is answered with a job.
    """

    method: str
    path: str
    answer: type[A]
    body: Any = None
    query: type[BaseModel] | None = None
    keyed: bool = False
    signed: bool = True
    later: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether sending it again can do no more than sending it once."""
        return self.keyed or self.method == "GET"


@dataclass(frozen=True, slots=True)
class Asked:
    """The particulars of one call."""

    path: dict[str, object] = field(default_factory=dict)
    query: BaseModel | None = None
    body: BaseModel | None = None
    key: str | None = None

    def fill(self, template: str) -> str:
        """The path with its parameters."""
        return template.format_map({name: quote(str(value), safe="") for name, value in self.path.items()})


class Told(Protocol):
    """An event of a stream."""

    @property
    def seq(self) -> int:
        """Its number, by which a stream is taken up after it."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it may be the last one."""
        ...


class Sends(Protocol):
    """What carries calls to the server."""

    async def send(self, operation: Operation[A], asked: Asked) -> A:
        """The answer. Raises PresageError."""
        ...

    def stream(self, operation: Operation[E], ask: Callable[[int], Asked], after: int) -> AsyncIterator[E]:
        """All events after a number, to the last one; `ask` asks for those after another. Raises PresageError."""
        ...


class Part:
    """A group of operations; `api` carries its calls."""

    def __init__(self, api: Sends) -> None:
        self.api = api


S = TypeVar("S", bound=Part)


def calls(
    operation: Operation[A],
) -> Callable[[Callable[Concatenate[S, P], Asked]], Callable[Concatenate[S, P], Awaitable[A]]]:
    """Make a method that says what to ask into one that asks it. Its calls raise PresageError."""

    def decorate(describe: Callable[Concatenate[S, P], Asked]) -> Callable[Concatenate[S, P], Awaitable[A]]:
        @wraps(describe)
        async def call(part: S, /, *args: P.args, **kwargs: P.kwargs) -> A:
            return await part.api.send(operation, describe(part, *args, **kwargs))

        call.operation = operation  # type: ignore[attr-defined]
        return call

    return decorate
