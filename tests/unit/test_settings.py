"""Addresses of a database, as people have them."""

import pytest

from adapters.postgres.engine import for_asyncpg

HERE = "postgresql+asyncpg://ada:p%40ss@db.example/presage"
SOCKET = "postgresql+asyncpg://presage@/presage?host=%2Frun&port=1"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgresql://ada:p%40ss@db.example/presage", HERE),
        ("postgres://ada:p%40ss@db.example/presage", HERE),
        (HERE, HERE),
        ("postgres://ada:p%40ss@db.example/presage?sslmode=require", f"{HERE}?ssl=require"),
        (SOCKET, SOCKET),
    ],
)
def test_an_address_is_taken(given: str, taken: str) -> None:
    assert for_asyncpg(given) == taken


@pytest.mark.parametrize(
    "given", ["garbage", "mysql://db/presage", "postgresql+psycopg://db/x", "postgresql://db:abc/x"]
)
def test_another_is_refused_with_advice(given: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user:password@host:port/database"):
        for_asyncpg(given)
