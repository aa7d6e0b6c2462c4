"""Finding out who asks costs every request one round trip, and leaves no transaction behind."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.account_lookups import PostgresAccountLookups
from adapters.postgres.engine import create_engine
from adapters.postgres.transactions import PostgresTransactions
from domain.accounts.email import EmailAddress
from tests.behaviour.people import People
from tests.behaviour.stores import postgres_world


@pytest.fixture
async def sent(database_url: str) -> AsyncIterator[tuple[AsyncEngine, list[str]]]:
    """An engine, and the first word of all that it sends to the server: statements, and what begins and ends them."""
    engine, statements = create_engine(database_url), list[str]()

    def note(sql: str) -> None:
        statements.append(sql.split(maxsplit=1)[0].rstrip(";"))

    def connected(connection: Any, _: object) -> None:
        connection.driver_connection.add_query_logger(lambda record: note(record.query))

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *sent: note(sent[2]))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    statements.clear()
    yield engine, statements
    await engine.dispose()


async def test_one_statement_for_each_look_up(database_url: str, sent: tuple[AsyncEngine, list[str]]) -> None:
    engine, statements = sent
    async with postgres_world(database_url) as world:
        people = People(world)
        ada = await people.user("ada")
        key_text = await people.key(ada)
        token = (await people.signed_in("ada")).access.text
        people.world.lookups = lookups = PostgresAccountLookups(engine)
        people.__post_init__()
        for credential in (token, key_text) * 2:
            assert (await people.authenticate(credential)).user == ada
        del statements[:-2]  # the driver's questions about types, once for each connection
        assert await lookups.by_email(EmailAddress("ada@example.org"))
        assert await lookups.known("issuer", "nobody") is None
        assert statements == ["SELECT"] * 4


async def test_the_engine_goes_on_in_transactions_for_others(sent: tuple[AsyncEngine, list[str]]) -> None:
    engine, statements = sent
    assert await PostgresAccountLookups(engine).by_email(EmailAddress("ada@example.org")) is None
    async with PostgresTransactions(engine)() as transaction:
        assert await transaction.sessions.lock(b"") is None
    await engine.dispose()
    assert sorted(statements) == ["BEGIN", "ROLLBACK", "SELECT", "SELECT"]
