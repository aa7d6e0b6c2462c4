"""A server that may lose what it acknowledged is refused."""

import pytest

from adapters.postgres.engine import NotDurable, create_engine, require_durable
from tests.support import on_database


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """One of its own for every test: some change its settings."""
    return own_database_url


async def test_a_session_that_does_not_wait_for_the_disk_is_refused(database_url: str) -> None:
    await _require_durable(database_url)
    name = (await on_database(database_url, "SELECT current_database()"))[0][0]
    await on_database(database_url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(NotDurable, match="synchronous_commit"):
        await _require_durable(database_url)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_may_lose_what_it_wrote_is_refused(database_url: str, setting: str) -> None:
    await _set(database_url, setting, "off")
    try:
        with pytest.raises(NotDurable, match=setting):
            await _require_durable(database_url)
    finally:
        await _set(database_url, setting, "on")
    await _require_durable(database_url)


async def _require_durable(url: str) -> None:
    engine = create_engine(url)
    try:
        await require_durable(engine)
    finally:
        await engine.dispose()


async def _set(url: str, setting: str, value: str) -> None:
    """Change a setting of the running server and wait until new sessions have it."""
    await on_database(url, f"ALTER SYSTEM SET {setting} = {value}")
    await on_database(url, "SELECT pg_reload_conf()")
    for _ in range(1_000):
        if (await on_database(url, f"SHOW {setting}"))[0][0] == value:
            return
    raise AssertionError(f"the server does not take {setting} = {value}")
