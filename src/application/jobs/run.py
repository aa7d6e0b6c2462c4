"""What a handler gets of a job: its payload, and the ways to tell how far it is and to end it with its effect."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from application.jobs.contracts import Contract, P, Payload
from application.jobs.observers import Announcer
from application.jobs.ports import JobsTransaction
from application.shared.ports import Clock
from domain.jobs.execution import Execution

T = TypeVar("T", bound=JobsTransaction)

Opens: TypeAlias = Callable[[], AbstractAsyncContextManager[T]]

Result: TypeAlias = Payload | None
"""What a job leaves behind for whoever asked for it."""


class Progress(Protocol):
    """Hears how far a job is."""

    async def __call__(self, percent: int, message: str, /) -> None:
        """So much of it is done, and what is being done. Raises LeaseLost and Invalid."""
        ...


@dataclass(slots=True)
class Run(Generic[P]):
    """One try of a job.

    `progress` takes the percentage done and a message; it is cheap to call often, as only some of it is kept.
    """

    execution: Execution
    payload: P
    clock: Clock
    announcer: Announcer
    progress: Progress
    ended: bool = False

    def fenced(self, transactions: Opens[T]) -> Opens[T]:
        """The same transactions, which commit only while this worker has the job, else they raise LeaseLost."""
        return self._fenced(transactions, self._hold)

    def ending(self, transactions: Opens[T], result: Result = None) -> Opens[T]:
        """The same; the first commit also completes the job: its effect and its end are one."""

        async def end(transaction: JobsTransaction) -> None:
            await self._hold(transaction)
            await self._end(transaction, result)

        return self._fenced(transactions, end)

    def _fenced(self, transactions: Opens[T], before: Callable[[JobsTransaction], Awaitable[None]]) -> Opens[T]:
        @asynccontextmanager
        async def opened() -> AsyncIterator[T]:
            async with transactions() as transaction:
                yield cast(T, _Fenced(transaction, before))

        return opened

    async def _hold(self, transaction: JobsTransaction) -> None:
        await transaction.jobs.hold(self.execution.id, self.execution.attempt)

    async def _end(self, transaction: JobsTransaction, result: Result) -> None:
        now = self.clock.now()
        step = self.execution.complete(text_of(result), now)
        await transaction.jobs.change([step], now)
        await transaction.jobs.add(await self.announcer.follow_ups([step]))
        self.ended = True


class _Fenced:
    """A transaction that does one thing more before it commits."""

    def __init__(self, transaction: JobsTransaction, before: Callable[[JobsTransaction], Awaitable[None]]) -> None:
        self._transaction = transaction
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    async def commit(self) -> None:
        await self._before(self._transaction)
        await self._transaction.commit()


def text_of(result: Result) -> str | None:
    """A result as JSON text."""
    return None if result is None else result.model_dump_json()


Handler: TypeAlias = Callable[[Run[P]], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Work(Generic[P]):
    """A contract, and who carries it out."""

    contract: Contract[P]
    handler: Handler[P]


Works: TypeAlias = Mapping[str, Work[Any]]
"""By the names of their contracts."""
