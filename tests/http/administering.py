"""An administrator, a proposal, and what the log says of them, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.accounts.user import Role
from domain.shared.ids import UserId
from entrypoints.container import Container
from tests.http.client import JSON, Client, Reply
from tests.http.signed import bearer

WHY = {"reason": "As decided on Monday."}
ADMIN = "/api/v1/admin"


async def an_admin(api: Client, exchange: Container, handle: str = "root") -> tuple[UserId, Client]:
    """A new administrator and his client."""
    user = await exchange.sign_up()(handle, Role.ADMIN)
    return user.id, api.calling(bearer(user.id))


def question(**changes: Any) -> dict[str, Any]:
    """A proposal that is in order, closing in a day."""
    closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    return {"title": "Will it rain?", "closesAt": closes_at} | changes


async def proposed(api: Client, **changes: Any) -> str:
    """The id of a new proposal."""
    reply = await api.post("/api/v1/markets", question(**changes))
    assert reply.status == 201
    return str(reply.data["id"])


async def patch(api: Client, path: str, body: dict[str, Any]) -> Reply:
    return await api.send("PATCH", path, json=body, headers=JSON)


async def actions(admin: Client, **query: str) -> list[str]:
    """What was done, from the newest on."""
    return [item["action"] for item in (await admin.get(f"{ADMIN}/actions", **query)).data["items"]]
