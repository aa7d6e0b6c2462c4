"""A running exchange for one command: its servers, its container, and their orderly end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.postgres.engine import require_durable
from adapters.postgres.migrate import upgrade
from entrypoints.container import Container
from entrypoints.settings import Settings


@contextmanager
def servers(settings: Settings, *, redis: bool = False) -> Iterator[Settings]:
    """Settings with an address for every server: where one is not given, an embedded one runs until the end."""
    found: dict[str, str] = {}
    with ExitStack() as stack:
        if settings.database_url is None:
            postgres = stack.enter_context(EmbeddedPostgres(settings.data_dir / "postgres"))
            found["database_url"] = postgres.url
        if redis and settings.redis_url is None:
            found["redis_url"] = stack.enter_context(EmbeddedValkey(settings.data_dir / "valkey")).url
        yield settings.model_copy(update=found)


@asynccontextmanager
async def container(settings: Settings, *, migrate: bool = True) -> AsyncIterator[Container]:
    """A container on a durable server whose schema is current. Raises NotDurable and Unavailable."""
    built = Container(settings=settings)
    engine = built.engine()
    try:
        await require_durable(engine)
        if migrate:
            await upgrade(engine)
        yield built
    finally:
        if settings.redis_url:
            await asyncio.to_thread(built.wakes().close)
        for each in (engine, built.trading_engine(), built.audit_engine()):
            await each.dispose()
