"""What nobody else may know is in no log, whatever its level, and wherever it was sent: `presage serve`, as it runs."""

import json
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from uuid import uuid4

from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import make_url

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.http.cookies import NAME
from tests.http.client import Client
from tests.http.command import SECRET, running
from tests.http.raw import ask_raw, bearer
from tests.http.rules import ROUTES
from tests.support import fresh_database, on_database

PASSWORD, NEXT_PASSWORD, WRONG_PASSWORD = "only ada knows this", "and this one too", "a near miss of it"
CLASSES = ("PUBLIC", "AUTHENTICATED", "TRADING", "LOGIN")
FREE = {f"PRESAGE_LIMIT_{name}": "1000000/minute" for name in CLASSES}
ADA = {"email": "ada@example.org", "password": PASSWORD}
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ada has: passwords, and tokens that were given to her."""

    passwords: tuple[str, ...] = (PASSWORD, NEXT_PASSWORD, WRONG_PASSWORD)
    access: list[str] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def given(self, signed_in: dict[str, str]) -> None:
        self.access.append(signed_in["accessToken"])
        self.refresh.append(signed_in["refreshToken"])

    @property
    def all(self) -> list[str]:
        return [*self.passwords, *self.access, *self.refresh, *self.keys]

    def told(self, text: str) -> list[str]:
        """Which of them a text tells, be it in part."""
        signatures = [token.rpartition(".")[2] for token in self.access]
        return [secret for secret in [*self.all, *signatures] if secret in text]


async def live(client: Client, secrets: Secrets) -> None:
    """All that one does with secrets."""
    await client.post("/api/v1/auth/register", {**ADA, "handle": "ada"})
    await client.post("/api/v1/auth/login", {**ADA, "password": WRONG_PASSWORD})
    for _ in range(2):
        secrets.given((await client.post("/api/v1/auth/login", ADA)).data)
    secrets.given((await client.post("/api/v1/auth/refresh", {"refreshToken": secrets.refresh[0]})).data)
    ada = client.calling({"Authorization": f"Bearer {secrets.access[0]}"})
    secrets.keys.append((await ada.post("/api/v1/me/api-keys", {"name": "bot", "scopes": ["read"]})).data["key"])
    bot = client.calling({"Authorization": f"Bearer {secrets.keys[0]}"})
    assert (await bot.get("/api/v1/me")).status == 200
    change = {"oldPassword": PASSWORD, "newPassword": NEXT_PASSWORD}
    secrets.given((await ada.post("/api/v1/me/password", change)).data)


async def sent_everywhere(
    client: Client, session: ClientSession, secrets: Secrets, proofs: Sequence[str], part: str = ""
) -> list[str]:
    """The answers to secrets on every route with `part` in it: as a proof, in a cookie, in query and body."""
    answers = []
    for name in (name for name in ROUTES if part in name):
        method, path = name.split()
        url = client.url + path.format(id=uuid4(), key=uuid4())
        for proof, body in zip(proofs, cycle(bodies(secrets)), strict=False):
            headers = {"Authorization": f"Bearer {proof}", "Content-Type": "application/json"}
            headers |= {"Origin": client.url, "Cookie": f"{NAME}={secrets.refresh[0]}"}
            async with session.request(method, f"{url}?token={proof}", headers=headers, data=body) as response:
                answers.append(await response.text())
    return answers


def bodies(secrets: Secrets) -> Iterator[str]:
    """Bodies that fit no endpoint."""
    names = ("email", "password", "oldPassword", "newPassword", "refreshToken", "key", "reason", "unheardOf")
    yield json.dumps(dict.fromkeys(names, secrets.all))
    yield json.dumps(dict.fromkeys(names, " ".join(secrets.all)))
    yield json.dumps(secrets.all)[:-1]


@contextmanager
def logged(folder: Path, url: str) -> Iterator[tuple[str, Future[str]]]:
    """The address of a server, and what it will have logged at its end."""
    environment = {"DATABASE_URL": url, "PRESAGE_SECRET_KEY": SECRET, "PRESAGE_LOG_LEVEL": "DEBUG", **FREE}
    with ThreadPoolExecutor(1) as thread, running(folder, "serve", **environment) as command:
        assert command.process.stderr
        log = thread.submit(command.process.stderr.read)
        yield command.url, log
        command.process.send_signal(signal.SIGTERM)
        assert command.process.wait(PATIENCE_S) == 0
        log.result(PATIENCE_S)


async def lock_out(postgres: EmbeddedPostgres, url: str) -> None:
    """End every connection of a database, and let nobody in again."""
    name = make_url(url).database
    await on_database(postgres.url, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await on_database(postgres.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)


async def test_the_log_tells_no_secret(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    """Nor do the answers to those who send one where it does not belong."""
    secrets = Secrets()
    async with fresh_database(postgres) as database, ClientSession(cookie_jar=DummyCookieJar()) as session:
        with logged(tmp_path, database) as (url, log):
            client = Client(url, session)
            await live(client, secrets)
            proofs = (secrets.access[-1], secrets.keys[0], secrets.refresh[0], PASSWORD)
            answers = await sent_everywhere(client, session, secrets, proofs)
            for no_request in (secrets.access[-1] + "\0", secrets.access[-1] * 40, secrets.keys[0] + "\r\nx"):
                assert (await ask_raw(url, bearer(no_request))).status == 400
            await lock_out(postgres, database)
            assert (await client.post("/api/v1/auth/login", ADA)).status == 503
            answers += await sent_everywhere(client, session, secrets, secrets.keys, "/me")
    said = log.result()
    assert "GET /api/v1/me 200" in said
    assert "POST /api/v1/auth/login 503" in said
    assert secrets.told(said) == []
    assert secrets.told(f"{said} {secrets.keys[0]}") == secrets.keys
    assert [secrets.told(answer) for answer in answers if secrets.told(answer)] == []
    for ours in (SECRET, "argon2id"):
        assert ours not in said
