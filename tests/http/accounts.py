"""An exchange whose accounts are real, on PostgreSQL and over HTTP; only passwords and access tokens are quick."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, web

from adapters.http.api_keys import ApiKeys
from adapters.http.app import Frame, create_app
from adapters.http.auth import Auth
from adapters.http.bounds import HttpBounds
from adapters.http.cookies import RefreshCookies
from adapters.http.endpoints import Endpoint
from adapters.http.own_identity import OwnIdentity
from adapters.http.profile import Me
from adapters.http.queued_trades import QueuedTrades
from adapters.http.server import bind, listening
from adapters.http.trades import Trades
from application.jobs.follow import Follow
from domain.accounts.user import User
from domain.shared.errors import Limited
from tests.behaviour.people import PASSWORD, People
from tests.behaviour.stores import postgres_world
from tests.http.client import Client, Reply
from tests.http.unlimited import Unlimited


class Counted(Unlimited):
    """Implements the Limits port: it remembers what was counted, and refuses the classes that it is told to."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, str, int | None]] = []
        self.full: set[str] = set()

    async def check(self, _: web.Request, name: str, subject: str, per_minute: int | None = None) -> None:
        self.counted.append((name, subject, per_minute))
        if name in self.full:
            raise Limited("RATE_LIMITED", "You asked too often; come back later.")


@dataclass
class Town:
    """People, and a client who has not signed in."""

    people: People
    limits: Counted
    url: str
    session: ClientSession

    @property
    def client(self) -> Client:
        return Client(self.url, self.session)

    @property
    def origin(self) -> dict[str, str]:
        """The header of a page that this server served."""
        return {"Origin": self.url}

    def by(self, credential: str) -> Client:
        """A client with a credential."""
        return self.client.calling({"Authorization": f"Bearer {credential}"})

    async def register(self, name: str, **change: Any) -> Reply:
        body = {"email": f"{name}@example.org", "password": PASSWORD, "handle": name} | change
        return await self.client.post("/api/v1/auth/register", body)

    async def log_in(self, name: str, **change: Any) -> Reply:
        body = {"email": f"{name}@example.org", "password": PASSWORD} | change
        return await self.client.post("/api/v1/auth/login", body)

    async def citizen(self, name: str) -> tuple[User, Client]:
        """A registered user and his client, signed in."""
        user = await self.people.user(name)
        return user, self.by((await self.people.signed_in(name)).access.text)


def endpoints(people: People, limits: Counted, cookies: RefreshCookies, *, elsewhere: bool) -> list[Endpoint]:
    """All that has to do with accounts, and trading."""
    use_cases = people.register, people.log_in, people.refresh, people.log_out, people.change_password
    world = people.world
    own, clock = None if elsewhere else OwnIdentity(*use_cases), world.clock
    parts = (
        Auth(own, limits, cookies, clock),
        Me(people.profile, people.change_handle, own, cookies, clock),
        ApiKeys(people.create_key, people.list_keys, people.revoke_key, people.rate_key),
        Trades(world.desk.place, QueuedTrades(world.queue, Follow(world.job_queries), 1)),
    )
    return [endpoint for part in parts for endpoint in part.endpoints()]


async def _ready() -> None:
    """Always."""


@asynccontextmanager
async def a_town(
    database_url: str, cookies: RefreshCookies | None = None, *, elsewhere: bool = False
) -> AsyncIterator[Town]:
    """A served exchange on an empty database; with `elsewhere`, an issuer elsewhere vouches for its users."""
    async with postgres_world(database_url) as world:
        people, limits = People(world), Counted()
        offered = endpoints(people, limits, cookies or RefreshCookies(), elsewhere=elsewhere)
        app = create_app(offered, Frame(people.authenticate, limits, world.ids, _ready, {}, world.clock), HttpBounds())
        with bind("127.0.0.1", 0) as bound:
            async with (
                listening(app, bound, HttpBounds()) as url,
                ClientSession(cookie_jar=DummyCookieJar()) as session,
            ):
                yield Town(people, limits, url, session)
