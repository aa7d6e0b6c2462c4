"""Where an issuer publishes its keys: fetched in bounded time and size, from the very address that was trusted."""

import asyncio
import json
from collections.abc import Callable, Mapping

from aiohttp import ClientError, ClientSession, DummyCookieJar
from jwt import PyJWK

from adapters.identity.issuer_keys import IssuerFault, KeyBounds
from adapters.identity.jwks import keys_in

HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}
"""Nothing compressed, so that the bound on bytes is one on work."""

_OK = 200


class KeySource:
    """Fetches the keys of an issuer from `jwks_url`, or from where its discovery document says (OpenID Discovery)."""

    def __init__(self, issuer: str, jwks_url: str | None, is_trusted: Callable[[str], bool], bounds: KeyBounds) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._is_trusted = is_trusted
        self._bounds = bounds

    async def __call__(self) -> Mapping[str, PyJWK]:
        """Its keys, by their ids. Raises IssuerFault."""
        try:
            async with (
                asyncio.timeout(self._bounds.timeout),
                ClientSession(auto_decompress=False, cookie_jar=DummyCookieJar()) as session,
            ):
                return keys_in(await self._read(session, self._jwks_url or await self._discovered(session)))
        except (ClientError, OSError, ValueError, RecursionError) as error:  # TimeoutError is an OSError
            raise IssuerFault(f"{type(error).__name__} {error}") from error

    async def _discovered(self, session: ClientSession) -> str:
        found = await self._read(session, self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        url = found.get("jwks_uri") if isinstance(found, dict) and found.get("issuer") == self._issuer else None
        if not isinstance(url, str) or not self._is_trusted(url):
            raise IssuerFault("its discovery document is another issuer's, or names no safe place of its keys")
        return url

    async def _read(self, session: ClientSession, url: str) -> object:
        """The JSON at an address; redirects are not followed."""
        async with session.get(url, headers=HEADERS, allow_redirects=False) as response:
            if response.status != _OK:
                raise IssuerFault(f"status {response.status}")
            body = bytearray()
            async for part in response.content.iter_any():
                body += part
                if len(body) > self._bounds.max_bytes:
                    raise IssuerFault(f"more than {self._bounds.max_bytes} bytes")
        return json.loads(body.decode())
