"""An endpoint, declared once: from this come its route, its guard, its models and its place in the OpenAPI document."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiohttp import web

from adapters.http.models.base import Answer, Request
from application.shared.answer_once import AnswerOnce
from domain.accounts.caller import Caller
from domain.accounts.user import User
from domain.shared.errors import NotFound

Q_co = TypeVar("Q_co", bound=Request, covariant=True)
B_co = TypeVar("B_co", bound=Request, covariant=True)


class Access(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "anyone"
    READ = "any user; an API key with the scope read"
    TRADE = "any user; an API key with the scope trade"
    SIGNED_IN = "any user who has signed in; no API key"
    ADMIN = "an administrator who has signed in"


class NoQuery(Request):
    """No query parameters."""


class NoBody(Request):
    """No body."""


class Raw(Request):
    """A body taken as it comes, of one of the media types that its endpoint `takes`."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[Q_co, B_co]):
    """A request that may be answered: who asks, and what, in the models that its endpoint declares.

    `key` is its idempotency key, where the endpoint takes one.
    """

    request: web.Request
    query: Q_co
    body: B_co
    caller: Caller | None = None
    key: str = ""

    @property
    def user(self) -> User:
        """Who asks, of an endpoint that is not public."""
        assert self.caller is not None, "the guard let nobody in"
        return self.caller.user

    def id(self, name: str = "id", code: str = "MARKET_NOT_FOUND") -> UUID:
        """An id from the path. Raises NotFound where it is none."""
        given = self.request.match_info[name]
        try:
            return UUID(given)
        except ValueError:
            raise NotFound(code, "List them and choose one of those.", given=given[:40]) from None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status or headers of its own; `repeated` where it was given before for the same key."""

    data: Answer
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False


Handler = Callable[[Call[Any, Any]], Awaitable[Answer | Reply | web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method and a path with who may call it, what it takes and what it answers.

    The docstring of `handler` is its documentation, the first line its title. `keyed` endpoints take an
    Idempotency-Key, as all that move points; `once` keeps the answers by their keys, where what the handler does keeps
    none. `limit` is the class of its rate limit, where that does not follow from who may call it; `body_bytes` the
    largest body, where it is not the server's; `takes` the media types of a raw one. `conflicts` where the present
    state may refuse it, as all that changes something; `missing` where something that is not in its path may not be
    found; `proves` where a public one takes a proof of who asks, and may refuse it. A path parameter is a UUID unless
    its name is in `texts`. `media` is what it answers where that is not JSON. `also` has its other successes: a status,
    and what is answered with it. `headers` are those that a success may have beside what every answer has.
    """

    method: str
    path: str
    handler: Handler
    access: Access
    answer: type[Answer] | None = None
    query: type[Request] = NoQuery
    body: type[Request] = NoBody
    status: int = 200
    keyed: bool = False
    once: AnswerOnce | None = None
    limit: str | None = None
    body_bytes: int | None = None
    takes: tuple[str, ...] = ()
    conflicts: bool | None = None
    missing: bool = False
    proves: bool = False
    texts: tuple[str, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    also: Mapping[int, type[Answer] | None] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


def get(path: str, handler: Handler, access: Access, answer: type[Answer] | None, **more: Any) -> Endpoint:
    """An endpoint that reads."""
    return Endpoint(method="GET", path=path, handler=handler, access=access, answer=answer, **more)


def post(path: str, handler: Handler, access: Access, answer: type[Answer] | None, **more: Any) -> Endpoint:
    """An endpoint that changes something."""
    return Endpoint(method="POST", path=path, handler=handler, access=access, answer=answer, **more)
