"""Processes that take over parts of an audit."""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from adapters.embedded.holders import SpillingHolders
from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.journal import PostgresJournals
from application.trading.audit import Helper
from application.trading.audit_chains import ChainsAudited, audit_chains
from application.trading.journal import Part
from domain.shared.errors import Unavailable
from entrypoints.loop import complete


@contextmanager
def helpers(url: str, number: int) -> Iterator[Sequence[Helper]]:
    """So many helpers, each in a process of its own with one connection to the database; none where `number` is 0."""
    if number == 0:
        yield ()
        return
    pool = ProcessPoolExecutor(number, get_context("spawn"), _follow_the_parent)

    async def helper(shared: str, part: Part) -> ChainsAudited:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _audit_part, url, shared, part)
        except BrokenProcessPool as error:
            advice = "A process of the audit was killed; run the audit again, with --processes 1 if memory is short."
            raise Unavailable("AUDIT_HELPER_LOST", advice) from error

    try:
        yield [helper] * number
    finally:
        pool.shutdown(cancel_futures=True)


def _follow_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _audit_part(url: str, shared: str, part: Part) -> ChainsAudited:
    return complete(_audit(url, shared, part))


async def _audit(url: str, shared: str, part: Part) -> ChainsAudited:
    engine = create_engine(url, PoolBounds(size=1), patient=True)
    try:
        async with PostgresJournals(engine)(shared) as journal:
            with SpillingHolders() as holders:
                return await audit_chains(journal, part, holders)
    finally:
        await engine.dispose()
