"""Nobody is counted."""

from aiohttp import web


class Unlimited:
    """Implements the Limits port."""

    async def check(self, request: web.Request, name: str, subject: str, per_minute: int | None = None) -> None:
        """Let everybody pass."""

    def address(self, request: web.Request) -> str:
        """The peer."""
        return request.remote or ""

    async def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Nothing."""
