"""One request and its answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Generic, Literal, TypeVar
from uuid import uuid4

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from pydantic import BaseModel, TypeAdapter, ValidationError
from yarl import URL

from presage_client.errors import PresageAnswerError, PresageApiError, PresageConnectionError, error_class
from presage_client.events import STREAMS, data_of
from presage_client.models.base import Answer
from presage_client.models.covers import Picture
from presage_client.operations import Asked, Operation

KEY = "Idempotency-Key"
PREFER = "Prefer"
REQUEST_ID = "X-Request-ID"
MOST_ANSWER_BYTES = 64 * 1024 * 1024
"""Of one answer; an export of trades is the longest."""

_CHUNK_BYTES = 64 * 1024

A = TypeVar("A")


class Success(Answer, Generic[A]):
    """The envelope of what was asked for."""

    success: Literal[True]
    data: A


class Problem(Answer):
    """Why it was refused: a stable code, what to do next, and the particulars."""

    code: str
    message: str
    details: dict[str, Any]


class Failure(Answer):
    """The envelope of a refusal."""

    success: Literal[False]
    error: Problem


class Wire:
    """Requests to one server, over a session that somebody else closes."""

    def __init__(self, url: URL, session: ClientSession) -> None:
        self._url = url
        self._session = session

    async def exchange(self, operation: Operation[A], asked: Asked, bearer: str | None, key: str | None) -> A:
        """The answer to one request, sent once. Raises PresageError."""
        async with self._response(operation, asked, bearer, key) as response:
            return _opened(operation, response, await _read(response))

    @asynccontextmanager
    async def stream(
        self, operation: Operation[A], asked: Asked, bearer: str | None
    ) -> AsyncIterator[AsyncIterator[A] | None]:
        """The events of a stream as they come; none where there is nothing more to tell. Raises PresageError.

        It may last as long as it likes, as long as there are signs of life.
        """
        bounds = self._session.timeout
        patient = ClientTimeout(sock_connect=bounds.sock_connect, sock_read=bounds.total)
        async with self._response(operation, asked, bearer, timeout=patient) as response:
            if response.status == HTTPStatus.NO_CONTENT:
                yield None
            elif response.content_type == STREAMS:
                yield _events(operation, response)
            else:
                _opened(operation, response, await _read(response))
                raise PresageAnswerError(f"{response.url} answered what is no stream of events.")

    @asynccontextmanager
    async def _response(
        self, operation: Operation[A], asked: Asked, bearer: str | None, key: str | None = None, **options: Any
    ) -> AsyncIterator[ClientResponse]:
        headers = {REQUEST_ID: str(uuid4())}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if key:
            headers[KEY] = key
        if isinstance(asked.body, Picture):
            headers["Content-Type"] = asked.body.media
        if operation.later:
            headers[PREFER] = "respond-async"
        try:
            async with self._session.request(
                operation.method,
                self._url.with_path(asked.fill(operation.path), encoded=True),
                params=_query(asked.query),
                headers=headers,
                **_sent(asked.body),
                allow_redirects=False,
                **options,
            ) as response:
                yield response
        except (ClientError, TimeoutError) as error:
            said = str(error) or type(error).__name__
            raise PresageConnectionError(f"No whole answer from {self._url}: {said}.", key) from error


def address(url: str) -> URL:
    """The address of an exchange. Raises ValueError where it is none."""
    parsed = URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.path.strip("/"):
        raise ValueError(f"Give the address of the exchange, such as http://127.0.0.1:4000, not {url!r}.")
    return parsed.origin()


def _sent(body: BaseModel | None) -> dict[str, Any]:
    if isinstance(body, Picture):
        return {"data": BytesIO(body.data)}
    return {"json": None if body is None else _body(body)}


def _body(body: BaseModel) -> dict[str, Any]:
    """What was given, and null where something must be."""
    fields = type(body).model_fields.items()
    needed = {field.alias or name: None for name, field in fields if field.is_required()}
    return needed | body.model_dump(mode="json", by_alias=True, exclude_none=True)


def _query(query: BaseModel | None) -> dict[str, str]:
    """Query parameters; what was not given is left out."""
    given = {} if query is None else _body(query)
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


async def _read(response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MOST_ANSWER_BYTES:
            raise PresageAnswerError(f"The answer is longer than {MOST_ANSWER_BYTES} bytes.")
    return bytes(body)


async def _events(operation: Operation[A], response: ClientResponse) -> AsyncIterator[A]:
    told = TypeAdapter(operation.answer)
    try:
        async for data in data_of(response.content):
            yield told.validate_json(data)
    except ValueError as error:
        raise PresageAnswerError(f"{response.url} told what is not an event of Presage: {error}") from error


def _opened(operation: Operation[A], response: ClientResponse, body: bytes) -> A:
    """What the envelope holds. Raises PresageApiError and PresageAnswerError."""
    if not response.ok:
        raise _refusal(response, body)
    if response.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise PresageAnswerError(f"{response.url} is elsewhere, at {response.headers.get('Location')}; use that.")
    try:
        if operation.answer is str:
            return body.decode()  # type: ignore[return-value]
        if operation.answer is bytes:
            return body  # type: ignore[return-value]
        envelope: Success[A] = Success[operation.answer].model_validate_json(body)  # type: ignore[name-defined]
    except ValueError as error:
        raise PresageAnswerError(f"{response.url} answered what is not a Presage answer: {error}") from error
    return envelope.data


def _refusal(response: ClientResponse, body: bytes) -> PresageApiError:
    """The error in the envelope, or what a proxy in between said by its status alone."""
    try:
        problem = Failure.model_validate_json(body).error
    except ValidationError:
        problem = Problem(code=f"HTTP_{response.status}", message=f"{response.reason}.", details={})
    return error_class(response.status)(
        problem.code,
        problem.message,
        problem.details,
        response.status,
        response.headers.get(REQUEST_ID, ""),
        _retry_after(response.headers.get("Retry-After")),
    )


def _retry_after(given: str | None) -> float | None:
    """Seconds from now, of a number or a date (RFC 9110, section 10.2.3)."""
    if given is None or (given.isascii() and given.isdigit()):
        return float(given) if given else None
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
