"""Who calls: an API key, or the tokens of a session, renewed when the access token is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from presage_client.errors import UnauthenticatedError


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, and the refresh token that gives the next ones, where there is one."""

    access: str
    refresh: str | None = None


Renew = Callable[[str], Awaitable[Tokens]]
"""The tokens that a refresh token gives, once. Raises PresageError."""


class Credentials:
    """The credential of a client, which many calls may use at once."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens
        self._renewing = asyncio.Lock()
        self._renew: Renew | None = None

    def renew_with(self, renew: Renew) -> None:
        """Say how tokens are renewed."""
        self._renew = renew

    @property
    def bearer(self) -> str | None:
        """What to send."""
        return self._tokens.access if self._tokens else None

    @property
    def refresh(self) -> str | None:
        """The refresh token."""
        return self._tokens.refresh if self._tokens else None

    def keep(self, tokens: Tokens) -> None:
        """Use these from now on."""
        self._tokens = tokens

    def forget(self) -> None:
        """Send nothing from now on."""
        self._tokens = None

    async def renewed(self, refused: str) -> bool:
        """Whether there is another credential than the refused one, which is renewed by one caller for all.

        Raises PresageError where that fails; a refresh token that is refused itself is forgotten.
        """
        async with self._renewing:
            if self.bearer != refused:
                return self.bearer is not None
            if self.refresh is None or self._renew is None:
                return False
            try:
                self.keep(await self._renew(self.refresh))
            except UnauthenticatedError:
                self.forget()
                return False
            return True
