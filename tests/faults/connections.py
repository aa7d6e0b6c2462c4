"""Connections of our own to a server that may die under them."""

import asyncpg

from adapters.embedded.postgres import EmbeddedPostgres

LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a statement raises when the server dies under it."""


async def connect(postgres: EmbeddedPostgres, database: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection to a database of the server."""
    return await asyncpg.connect(
        host=postgres.host, port=postgres.port, user=postgres.user, database=database, timeout=5, command_timeout=60
    )


async def run(postgres: EmbeddedPostgres, *statements: str) -> None:
    """Run statements outside of any scenario's database."""
    connection = await connect(postgres, postgres.database)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def url_of(postgres: EmbeddedPostgres, database: str) -> str:
    """The address of a database on the server, for SQLAlchemy."""
    return postgres.url.replace(f"@/{postgres.database}?", f"@/{database}?")
