"""A connection that the server cuts is told in the words of the ports, whatever was being said on it."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.session import Session, session
from application.shared.store import CommitUnknown, StoreBusy
from tests.faults.scenarios import Ground

ONE = text("SELECT 1 AS one")
CUT_S = 0.05


async def _select(opened: Session) -> None:
    await opened.row(ONE)


async def _copy(opened: Session) -> None:
    await opened.copy("pg_am", ["oid"], [(1,)])


async def _commit(opened: Session) -> None:
    await opened.commit()


@pytest.mark.parametrize("turns", [0, 2])
@pytest.mark.parametrize(("say", "told"), [(_select, StoreBusy), (_copy, StoreBusy), (_commit, CommitUnknown)])
async def test_a_cut_connection_is_told_and_replaced(
    ground: Ground, say: Callable[[Session], Awaitable[None]], told: type[Exception], turns: int
) -> None:
    engine = create_engine(ground.postgres.url, PoolBounds(size=1))
    with pytest.raises(told):
        await _speak_once_cut(engine, say, turns)
    async with session(engine) as opened:
        assert await opened.row(ONE) == (1,)
    await engine.dispose()


async def _speak_once_cut(engine: AsyncEngine, say: Callable[[Session], Awaitable[None]], turns: int) -> None:
    """Speak on a connection that the server has cut, `turns` of the event loop after the news has come in."""
    async with session(engine) as opened:
        (pid,) = await opened.row(text("SELECT pg_backend_pid()")) or ()
        os.kill(pid, signal.SIGTERM)
        time.sleep(CUT_S)  # noqa: ASYNC251 - the loop must not hear of it yet
        for _ in range(turns):
            await asyncio.sleep(0)
        await say(opened)
