"""The connection pool, with bounds on the server's side."""

from dataclasses import dataclass

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.postgres.failures import translated


@dataclass(frozen=True, slots=True)
class PoolBounds:
    """Connections in the pool, and times in seconds: to wait for one, to connect, for the server to wait for a lock,
    to run a statement and to keep an idle transaction, and how much longer than a statement we wait for its end."""

    size: int = 5
    checkout: float = 2.0
    connect: float = 5.0
    lock: float = 5.0
    statement: float = 30.0
    idle_transaction: float = 10.0
    silence: float = 2.0


DRIVER = "postgresql+asyncpg"

_BY_INDEX = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
"""A plan that is kept from when a table was small would otherwise go on reading it whole."""


def for_asyncpg(address: str) -> str:
    """A PostgreSQL address, as libpq or SQLAlchemy take it, for our driver. Raises ValueError for any other."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ValueError("give it as postgresql://user:password@host:port/database") from None
    if url.drivername not in ("postgres", "postgresql", DRIVER):
        raise ValueError("Presage needs PostgreSQL: give postgresql://user:password@host:port/database")
    if "sslmode" in url.query:
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})
    return url.set(drivername=DRIVER).render_as_string(hide_password=False)


class NotDurable(RuntimeError):
    """The server may lose what it has acknowledged."""


def create_engine(
    url: str, bounds: PoolBounds | None = None, *, by_index: bool = False, patient: bool = False
) -> AsyncEngine:
    """An engine for a `postgresql+asyncpg://` address. It connects when first used.

    `by_index` is for short transactions, which find every row by a key; `patient` for those that lift the server's
    bounds. The others give up a server that falls silent, as behind a lost network.
    """
    bounds = bounds or PoolBounds()
    return create_async_engine(
        url,
        pool_size=bounds.size,
        max_overflow=0,
        pool_timeout=bounds.checkout,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "timeout": bounds.connect,
            "command_timeout": None if patient else bounds.statement + bounds.silence,
            "server_settings": {
                "application_name": "presage",
                "lock_timeout": _milliseconds(bounds.lock),
                "statement_timeout": _milliseconds(bounds.statement),
                "idle_in_transaction_session_timeout": _milliseconds(bounds.idle_transaction),
                "default_transaction_isolation": "read committed",  # what is read under a lock must be new
                "jit": "off",
                **(_BY_INDEX if by_index else {}),
            },
        },
    )


async def require_durable(engine: AsyncEngine) -> None:
    """Refuse a server that acknowledges a commit before it is on disk. Raises NotDurable and StoreBusy."""
    with translated():
        async with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                value = (await connection.exec_driver_sql(f"SHOW {setting}")).scalar_one()
                if value == "off":
                    raise NotDurable(f"PostgreSQL has {setting} = off; set it to on, or trades may be lost.")


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
