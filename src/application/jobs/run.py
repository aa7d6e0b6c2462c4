"""What a handler gets of a job: its payload, and the ways to tell how far it is and to end it with its effect."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from application.jobs.contracts import Contract, P, Payload
from application.jobs.observers import Announcer
from application.jobs.ports import JobsTransaction
from application.shared.ports import Clock
from domain.jobs.execution import Execution, Step

T = TypeVar("T", bound=JobsTransaction)

Opens: TypeAlias = Callable[[], AbstractAsyncContextManager[T]]

Commit: TypeAlias = Callable[[JobsTransaction], Awaitable[None]]

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
    ended: Step | None = None

    def fenced(self, transactions: Opens[T]) -> Opens[T]:
        """The same transactions, which commit only while this worker has the job, else they raise LeaseLost."""
        return _committing(transactions, self._commit)

    def ending(self, transactions: Opens[T], result: Result = None) -> Opens[T]:
        """The same, where the commit also completes the job: its effect and its end are one, and it is the last."""
        return _committing(transactions, partial(self._commit_the_end, text_of(result)))

    async def _commit(self, transaction: JobsTransaction) -> None:
        await self._hold(transaction)
        await transaction.commit()

    async def _commit_the_end(self, result: str | None, transaction: JobsTransaction) -> None:
        now = self.clock.now()
        step = (await self._hold(transaction)).complete(result, now)
        await transaction.jobs.change([step], now)
        for follow_ups in (await self.announcer.follow_ups([step])).values():
            await transaction.jobs.add(follow_ups)
        await transaction.commit()
        self.ended = step

    async def _hold(self, transaction: JobsTransaction) -> Execution:
        return await transaction.jobs.hold(self.execution.id, self.execution.attempt)


class _Committing:
    """A transaction that commits in a way of its own."""

    def __init__(self, transaction: JobsTransaction, commit: Commit) -> None:
        self._transaction = transaction
        self._commit = commit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    async def commit(self) -> None:
        await self._commit(self._transaction)


def _committing(transactions: Opens[T], commit: Commit) -> Opens[T]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[T]:
        async with transactions() as transaction:
            yield cast(T, _Committing(transaction, commit))

    return opened


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
