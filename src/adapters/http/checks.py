"""A check of the API from outside: its probes, and a list that anybody may read."""

import asyncio
import os
from dataclasses import dataclass

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, DummyCookieJar

from application.shared.checks import Finding, graded

PATHS = ("/livez", "/readyz", "/health", "/api/v1/markets?limit=1")
SECONDS = 5.0
"""For one answer."""

MOST_BYTES = 64 * 1024
"""Of an answer that is read."""

_OK, _LIMITED = 200, 429


@dataclass(frozen=True, slots=True)
class CheckApi:
    """Asks the API at a base address such as http://127.0.0.1:4000."""

    url: str

    async def __call__(self) -> Finding:
        """What it answered; a rate limit is no fault of it."""
        timeout = ClientTimeout(total=SECONDS)
        async with ClientSession(timeout=timeout, cookie_jar=DummyCookieJar()) as session:
            answers = dict(zip(PATHS, await asyncio.gather(*(self._ask(session, path) for path in PATHS)), strict=True))
        critical = [f"{path}: {told}" for path, told in answers.items() if told not in (_OK, _LIMITED)]
        limited = [f"{path}: asked too often" for path, told in answers.items() if told == _LIMITED]
        if len(critical) == len(PATHS):
            critical = [f"Nothing works at {self.url}; start the API, or name its address with --url.", *critical]
        return graded(critical, limited, f"{len(PATHS)} endpoints answer at {self.url}.")

    async def _ask(self, session: ClientSession, path: str) -> int | str:
        """The status, or why there is none."""
        try:
            async with session.get(self.url.rstrip("/") + path, allow_redirects=False) as response:
                await response.content.read(MOST_BYTES)
                return response.status
        except ClientConnectorError as error:
            return os.strerror(error.errno) if error.errno else type(error).__name__
        except (ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            return str(error) or type(error).__name__
