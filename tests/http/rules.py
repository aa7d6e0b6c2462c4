"""Who may call each route, as this table has it; whoever adds a route adds its rule.

With each route goes a request that succeeds when the right one sends it, in the order of the table: a refusal can
then only be the guard's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.shared.money import POINT
from tests.http.real import PASSWORD
from tests.http.working import ECHO


class Rule(StrEnum):
    """Who may call."""

    ANYONE = "anyone"
    READER = "a user, or a key that may read"
    TRADER = "a user, or a key that may trade"
    SIGNED_IN = "a user without a key"
    ADMIN = "an administrator without a key"


@dataclass(frozen=True, slots=True)
class Route:
    """A rule with a request; `id`, `key` and names in braces stand for what the scene has. Bytes are a picture."""

    rule: Rule
    body: Mapping[str, Any] | bytes | None = None
    query: str = ""
    id: str = "market"
    key: str = "trade"


WHY = {"reason": "As decided on Monday."}
CREDENTIALS = {"email": "user@example.org", "password": PASSWORD}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
BUY = {"action": "BUY", "outcome": "YES", "amount": str(POINT), "marketId": "{market}"}
QUOTE = f"action=BUY&outcome=YES&amount={POINT}"

ANYONE, READER, TRADER, SIGNED_IN, ADMIN = Rule
DOCS = ("docs.css", "docs.js", "docs.svg", "swagger-ui-bundle.js", "swagger-ui.css")
LIQUIDITY = "/api/v1/markets/{id}/liquidity"
ADMIN_MARKET = "/api/v1/admin/markets/{id}"
ADMIN_USER = "/api/v1/admin/users/{id}"
SCHEDULES = "/api/v1/admin/schedules"
WEBHOOKS = "/api/v1/webhooks"
HOOK = {"url": "https://hooks.example.org/presage"}
HOURLY = {"name": "hourly", "job": "system.ping", "cron": "0 * * * *"}

ROUTES: dict[str, Route] = {
    "GET /livez": Route(ANYONE),
    "GET /readyz": Route(ANYONE),
    "GET /health": Route(ANYONE),
    "GET /api/openapi.json": Route(ANYONE),
    "GET /api/docs": Route(ANYONE),
    **{f"GET /api/docs/assets/{name}": Route(ANYONE) for name in DOCS},
    "POST /api/v1/auth/register": Route(
        ANYONE, {"email": "new@example.org", "password": PASSWORD, "handle": "somebody new"}
    ),
    "POST /api/v1/auth/login": Route(ANYONE, CREDENTIALS),
    "POST /api/v1/auth/refresh": Route(ANYONE, {"refreshToken": "{refresh}"}),
    "POST /api/v1/auth/logout": Route(ANYONE, {"refreshToken": "{refresh}"}),
    "GET /api/v1/markets": Route(ANYONE),
    "GET /api/v1/markets/{id}": Route(ANYONE),
    "GET /api/v1/markets/{id}/quote": Route(ANYONE, query=QUOTE),
    "GET /api/v1/markets/{id}/candles": Route(ANYONE, query="interval=1h"),
    "GET /api/v1/markets/{id}/trades": Route(ANYONE),
    "GET /api/v1/markets/{id}/cover": Route(ANYONE),
    "GET /api/v1/markets/{id}/holders": Route(ANYONE, query="outcome=YES"),
    f"GET {LIQUIDITY}": Route(ANYONE),
    "GET /api/v1/leaderboard": Route(ANYONE),
    "GET /api/v1/me": Route(READER),
    "GET /api/v1/me/portfolio": Route(READER),
    "GET /api/v1/me/trades": Route(READER),
    "GET /api/v1/me/liquidity": Route(READER),
    "GET /api/v1/me/grants": Route(READER),
    "GET /api/v1/me/proposals": Route(READER),
    "GET /api/v1/proposals/{id}/cover": Route(READER, id="proposal"),
    "GET /api/v1/me/export/trades.csv": Route(READER),
    "GET /api/v1/me/export/grants.csv": Route(READER),
    "GET /api/v1/me/export/positions.csv": Route(READER),
    "GET /api/v1/me/reports": Route(READER),
    "GET /api/v1/reports/{id}": Route(READER, id="report"),
    "GET /api/v1/trades/by-key/{key}": Route(READER),
    "POST /api/v1/trades": Route(TRADER, BUY),
    "POST /api/v1/trades/batch": Route(TRADER, {"orders": [BUY]}),
    f"POST {LIQUIDITY}": Route(TRADER, {"amount": str(POINT)}),
    f"POST {LIQUIDITY}/claim-fees": Route(TRADER, {}),
    f"POST {LIQUIDITY}/remove": Route(TRADER, {"lpShares": str(POINT)}),
    "PATCH /api/v1/me": Route(SIGNED_IN, {"handle": "somebody else"}),
    "GET /api/v1/me/api-keys": Route(SIGNED_IN),
    "POST /api/v1/me/api-keys": Route(SIGNED_IN, {"name": "another", "scopes": ["read"]}),
    "DELETE /api/v1/me/api-keys/{id}": Route(SIGNED_IN, id="spare_key"),
    f"GET {WEBHOOKS}": Route(SIGNED_IN),
    f"POST {WEBHOOKS}": Route(SIGNED_IN, HOOK),
    f"GET {WEBHOOKS}/{{id}}": Route(SIGNED_IN, id="webhook"),
    f"POST {WEBHOOKS}/{{id}}/rotate-secret": Route(SIGNED_IN, id="webhook"),
    f"POST {WEBHOOKS}/{{id}}/deactivate": Route(SIGNED_IN, id="webhook"),
    f"POST {WEBHOOKS}/{{id}}/activate": Route(SIGNED_IN, id="webhook"),
    f"POST {WEBHOOKS}/{{id}}/test": Route(SIGNED_IN, id="webhook"),
    f"DELETE {WEBHOOKS}/{{id}}": Route(SIGNED_IN, id="webhook"),
    "POST /api/v1/me/password": Route(SIGNED_IN, {"oldPassword": PASSWORD, "newPassword": PASSWORD + "!"}),
    "POST /api/v1/markets": Route(SIGNED_IN, {"title": "Will it rain?", "closesAt": TOMORROW}),
    "PUT /api/v1/markets/{id}/cover": Route(SIGNED_IN, b"a picture", query="reason=It+had+none.", id="proposal"),
    "POST /api/v1/markets/{id}/withdraw": Route(SIGNED_IN, id="proposal"),
    "GET /api/v1/jobs": Route(READER),
    "POST /api/v1/jobs": Route(TRADER, {"name": ECHO.name, "payload": {"echo": "hello"}}),
    "GET /api/v1/jobs/{id}": Route(READER, id="job"),
    "GET /api/v1/jobs/{id}/events": Route(READER, id="failed_job"),
    "POST /api/v1/jobs/{id}/retry": Route(TRADER, id="failed_job"),
    "POST /api/v1/jobs/{id}/cancel": Route(TRADER, id="job"),
    "GET /api/v1/admin/queues": Route(ADMIN),
    "GET /api/v1/admin/dead-letters": Route(ADMIN),
    "GET /api/v1/admin/jobs/{id}": Route(ADMIN, id="other_job"),
    "POST /api/v1/admin/jobs/{id}/retry": Route(ADMIN, WHY, id="others_failed_job"),
    "POST /api/v1/admin/jobs/{id}/cancel": Route(ADMIN, WHY, id="other_job"),
    "POST /api/v1/admin/dead-letters/requeue": Route(ADMIN, {**WHY, "name": ECHO.name}),
    "POST /api/v1/admin/dead-letters/purge": Route(ADMIN, WHY),
    "GET /api/v1/admin/proposals": Route(ADMIN),
    "GET /api/v1/admin/users": Route(ADMIN),
    "GET /api/v1/admin/actions": Route(ADMIN),
    f"GET {ADMIN_USER}": Route(ADMIN, id="target"),
    f"POST {ADMIN_USER}/deactivate": Route(ADMIN, WHY, id="target"),
    f"POST {ADMIN_USER}/activate": Route(ADMIN, WHY, id="target"),
    f"POST {ADMIN_USER}/role": Route(ADMIN, {**WHY, "role": "admin"}, id="target"),
    f"POST {ADMIN_USER}/grants": Route(ADMIN, {**WHY, "amount": str(POINT)}, id="target"),
    f"GET {ADMIN_USER}/api-keys": Route(ADMIN, id="user"),
    f"POST {ADMIN_USER}/api-keys/{{key}}/rate": Route(ADMIN, {**WHY, "perMinute": 5}, id="user", key="rated_key"),
    f"PATCH {ADMIN_MARKET}": Route(ADMIN, {**WHY, "title": "Will it snow?"}),
    "PATCH /api/v1/markets/{id}": Route(ADMIN, {**WHY, "action": "approve"}, id="draft"),
    f"POST {ADMIN_MARKET}/approve": Route(ADMIN, WHY, id="draft"),
    f"POST {ADMIN_MARKET}/cancel": Route(ADMIN, WHY, id="draft"),
    f"POST {ADMIN_MARKET}/sweep-fees": Route(ADMIN, WHY),
    f"POST {ADMIN_MARKET}/pause": Route(ADMIN, WHY),
    f"POST {ADMIN_MARKET}/resume": Route(ADMIN, WHY),
    f"POST {ADMIN_MARKET}/close": Route(ADMIN, WHY),
    f"POST {ADMIN_MARKET}/resolve": Route(ADMIN, {**WHY, "outcome": "YES"}),
    f"POST {ADMIN_MARKET}/settle": Route(ADMIN, WHY),
    f"GET {SCHEDULES}": Route(ADMIN),
    f"POST {SCHEDULES}": Route(ADMIN, {**WHY, **HOURLY}),
    f"POST {SCHEDULES}/{{id}}/pause": Route(ADMIN, WHY, id="schedule"),
    f"POST {SCHEDULES}/{{id}}/resume": Route(ADMIN, WHY, id="schedule"),
    f"POST {SCHEDULES}/{{id}}/run": Route(ADMIN, WHY, id="schedule"),
    f"POST {SCHEDULES}/{{id}}/remove": Route(ADMIN, WHY, id="schedule"),
}
