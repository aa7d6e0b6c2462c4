"""An exchange to be fuzzed: real accounts and tokens, and an administrator, since he may call everything."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession
from dependency_injector.providers import Object

from adapters.http.bounds import HttpBounds
from adapters.http.server import bind
from adapters.identity.passwords import Argon2Passwords, PasswordBounds, PasswordCost
from domain.accounts.user import Role
from entrypoints.api import serving
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings

CLASSES = ("public", "authenticated", "trading", "uploads", "admin", "login")
OFTEN = {f"limit_{name}": "1000000/minute" for name in CLASSES}

SHORTLY = HttpBounds(stream_seconds=0.1)
"""Nothing happens to most jobs here, and nobody waits for it."""

_SOMEBODY = {"email": "fuzzer@example.org", "password": "correct horse battery", "handle": "fuzzer"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the exchange is served, and an administrator's token."""

    exchange: Container
    url: str
    token: str


@asynccontextmanager
async def served(settings: Settings, change: Callable[[Container], None] | None = None) -> AsyncIterator[Ground]:
    """An exchange with the demo's markets, on which nobody asks too often and passwords are quick.

    `change` may plant a fault in it.
    """
    settings = settings.model_copy(update={**OFTEN, "limit_login_email": "1000000/minute", "access_token_minutes": 60})
    async with container(settings) as exchange:
        await exchange.seed().demo()
        exchange.passwords.override(Object(Argon2Passwords(PasswordBounds(cost=PasswordCost(64, 1)))))
        if change is not None:
            change(exchange)
        with bind("127.0.0.1", 0) as bound:
            async with serving(exchange, bound, SHORTLY) as url, ClientSession(url) as session:
                yield Ground(exchange, url, await _administrator(exchange, session))


async def _administrator(exchange: Container, session: ClientSession) -> str:
    async with session.post("/api/v1/auth/register", json=_SOMEBODY) as answer:
        assert answer.status == 201, await answer.text()
    await exchange.appoint_admin()(_SOMEBODY["handle"], Role.ADMIN, "To be fuzzed.")
    credentials = {name: _SOMEBODY[name] for name in ("email", "password")}
    async with session.post("/api/v1/auth/login", json=credentials) as answer:
        token: str = (await answer.json())["data"]["accessToken"]
        return token
