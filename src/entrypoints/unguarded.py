"""Until accounts can be proved: nobody is known, and nobody is counted."""

from aiohttp import web

from domain.accounts.caller import Caller
from domain.shared.errors import Unauthenticated


async def nobody(_: str) -> Caller:
    """Prove nobody. Raises Unauthenticated."""
    raise Unauthenticated("TOKEN_INVALID", "Nobody can sign in to this exchange yet.")


class Unlimited:
    """Implements the Limits port."""

    async def check(self, request: web.Request, name: str, subject: str, per_minute: int | None = None) -> None:
        """Let everybody pass."""

    def address(self, request: web.Request) -> str:
        """The peer."""
        return request.remote or ""

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Nothing."""
