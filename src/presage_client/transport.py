"""Calls: sent with a credential, and sent again where that is safe."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar
from uuid import uuid4

from presage_client.credentials import Credentials
from presage_client.errors import (
    PresageApiError,
    PresageConnectionError,
    PresageError,
    RateLimitedError,
    UnauthenticatedError,
    UnavailableError,
)
from presage_client.operations import Asked, Operation, Told
from presage_client.retries import Retries
from presage_client.wire import Wire

A = TypeVar("A")
E = TypeVar("E", bound=Told)

IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"


class Transport:
    """Implements Sends.

    The idempotency key is made before the first attempt, and every attempt carries it. What is not repeatable is sent
    once: only where the credential was refused, so that nothing was executed, it is sent again with a new one. A lost
    renewal is made up for with the next attempt; the server takes a refresh token again for some seconds.
    """

    def __init__(
        self, wire: Wire, credentials: Credentials, retries: Retries, new_key: Callable[[], object] = uuid4
    ) -> None:
        self._wire = wire
        self._credentials = credentials
        self._retries = retries
        self._new_key = new_key

    async def send(self, operation: Operation[A], asked: Asked) -> A:
        """The answer. Raises PresageError, after the last attempt."""
        key = (asked.key or str(self._new_key())) if operation.keyed else None
        attempt = 1
        while True:
            try:
                return await self._signed(operation, asked, key)
            except PresageError as error:
                if not operation.repeatable:
                    raise
                await self._pause(error, attempt)
            attempt += 1

    async def stream(self, operation: Operation[E], ask: Callable[[int], Asked], after: int) -> AsyncIterator[E]:
        """All events after a number. Raises PresageError, after the last attempt in a row that told nothing new."""
        attempt, ended = 1, False
        while True:
            try:
                async with self._streamed(operation, ask(after)) as events:
                    if events is None:
                        return
                    async for event in events:
                        yield event
                        after, ended, attempt = event.seq, event.ended, 1
                if ended:
                    return
                await self._retries.sleep(self._retries.first_pause)
            except PresageError as error:
                await self._pause(error, attempt)
                attempt += 1

    async def _pause(self, error: PresageError, attempt: int) -> None:
        """Wait for the attempt after this one. Raises the error where there is none."""
        pause = self._retries.pause(attempt, getattr(error, "retry_after", None))
        if pause is None or not _passes(error):
            raise error
        await self._retries.sleep(pause)

    @asynccontextmanager
    async def _streamed(self, operation: Operation[A], asked: Asked) -> AsyncIterator[AsyncIterator[A] | None]:
        bearer = self._credentials.bearer
        async with AsyncExitStack() as stack:
            try:
                events = await stack.enter_async_context(self._wire.stream(operation, asked, bearer))
            except UnauthenticatedError:
                if bearer is None or not await self._credentials.renewed(bearer):
                    raise
                renewed = self._credentials.bearer
                events = await stack.enter_async_context(self._wire.stream(operation, asked, renewed))
            yield events

    async def _signed(self, operation: Operation[A], asked: Asked, key: str | None) -> A:
        bearer = self._credentials.bearer if operation.signed else None
        try:
            return await self._wire.exchange(operation, asked, bearer, key)
        except UnauthenticatedError:
            if bearer is None or not await self._credentials.renewed(bearer):
                raise
            return await self._wire.exchange(operation, asked, self._credentials.bearer, key)


def _passes(error: PresageError) -> bool:
    """Whether the error may be gone at the next attempt."""
    match error:
        case PresageConnectionError() | RateLimitedError() | UnavailableError():
            return True
        case PresageApiError(code=code):
            return code == IN_PROGRESS
    return False
