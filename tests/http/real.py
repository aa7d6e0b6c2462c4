"""The exchange as it is wired, served over HTTP: real accounts, tokens, API keys and limits, on real servers.

Passwords alone are hashed with less work than an operator's are.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, DummyCookieJar
from dependency_injector.providers import Object

from adapters.http.server import bind
from adapters.identity.passwords import Argon2Passwords, PasswordBounds, PasswordCost
from application.shared.ports import Clock
from domain.accounts.user import Role
from domain.shared.ids import MarketId, UserId
from entrypoints.api import serving
from entrypoints.container import Container
from entrypoints.runtime import container
from entrypoints.settings import Settings
from tests.fakes.state import Tables
from tests.http.client import Client, Reply
from tests.http.working import open_to_users
from tests.support import read_tables

PASSWORD = "correct horse battery"
LIGHT = PasswordBounds(cost=PasswordCost(memory_kib=64, passes=1))


@dataclass(frozen=True, slots=True)
class Answered:
    """Any answer, also one that is no JSON, as it came."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def admitted(self) -> bool:
        """Whether the guard let its request pass, and nothing broke behind it."""
        return self.status not in (401, 403) and self.status < 500


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has registered and signed in."""

    id: UserId
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    client: Client


@dataclass(frozen=True, slots=True)
class Site:
    """A served exchange, and `client`, who has not signed in."""

    exchange: Container
    client: Client
    session: ClientSession

    def by(self, credential: str) -> Client:
        """A client with a credential."""
        return self.client.calling({"Authorization": f"Bearer {credential}"})

    async def register(self, handle: str) -> Reply:
        body = {"email": f"{handle}@example.org", "password": PASSWORD, "handle": handle}
        return await self.client.post("/api/v1/auth/register", body)

    async def log_in(self, handle: str) -> Reply:
        return await self.client.post("/api/v1/auth/login", {"email": f"{handle}@example.org", "password": PASSWORD})

    async def person(self, handle: str, role: Role = Role.USER) -> Person:
        """A new account, signed in; an administrator is appointed by the operator."""
        assert (await self.register(handle)).status == 201
        if role is Role.ADMIN:
            await self.exchange.appoint_admin()(handle, role, "The first one.")
        given = (await self.log_in(handle)).data
        client = self.by(given["accessToken"])
        return Person(UserId(given["userId"]), handle, given["accessToken"], given["refreshToken"], client)

    async def key(self, owner: Person, *scopes: str) -> tuple[str, Client]:
        """The id of a new API key, and a client that uses it."""
        made = await owner.client.post("/api/v1/me/api-keys", {"name": "bot", "scopes": scopes})
        assert made.status == 201
        return made.data["id"], self.by(made.data["key"])

    async def ask(self, by: Client, method: str, path: str, **options: Any) -> Answered:
        """Any request, answered in any form."""
        options["headers"] = [*by.headers.items(), *options.get("headers", ())]
        async with self.session.request(method, self.client.url + path, **options) as response:
            return Answered(response.status, response.headers, await response.text())

    async def tables(self) -> Tables:
        """Everything that is stored."""
        return await read_tables(self.exchange.engine())

    async def markets(self) -> list[MarketId]:
        """The demo's, open."""
        return await self.exchange.seed().demo()


@asynccontextmanager
async def a_site(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Site]:
    """A served exchange on a database that is there."""
    async with container(settings, migrate=False) as exchange:
        exchange.passwords.override(Object(Argon2Passwords(LIGHT)))
        open_to_users(exchange)
        if clock is not None:
            exchange.clock.override(Object(clock))
        with bind("127.0.0.1", 0) as bound:
            async with (
                serving(exchange, bound) as url,
                ClientSession(cookie_jar=DummyCookieJar()) as session,
            ):
                yield Site(exchange, Client(url, session), session)
