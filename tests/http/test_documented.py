"""docs/api.md names every endpoint and docs/errors.md every code, and neither names another."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from aiohttp import ClientSession

from tests.http.client import Client

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
KINDS = {"Invalid", "Unauthenticated", "Forbidden", "NotFound", "Conflict", "Limited", "Unavailable", "refuse"}
BESIDE = {"GET /api/openapi.json", "GET /api/docs", "GET /livez", "GET /readyz", "GET /health"}

NOT_ANSWERED = {
    *("ADDRESS", "PORT_TAKEN", "TOKEN_LIFETIME", "TOKEN_SECRET", "RATE_LIMIT"),  # settings refused at the start
    *("ISSUER_ADMIN_PATH", "ISSUER_INCOMPLETE", "ISSUER_INSECURE", "ISSUER_OURS"),
    *("API_KEY_RATE", "API_KEY_SCOPES", "FEE_OUT_OF_BOUNDS", "GRANT_REFERENCE", "PAGE_LIMIT"),  # FIELD_INVALID before
    *("PROBABILITY_OUT_OF_BOUNDS", "TIME_WITHOUT_ZONE", "WEBHOOK_EVENTS"),
    *("BREAKER_RULE", "SMTP_IN_THE_CLEAR"),
    *("JOB_PROGRESS", "LEASE_LOST", "MAIL_SUBJECT", "RETRY_SCHEDULE"),  # of the code of jobs
    *("EMAIL_KNOWN", "IDENTITY_KNOWN", "USER_EXISTS", "LIMITS_AWAY", "REDIS_AWAY"),  # caught on the way
    *("GRANT_CONFLICT", "MARKET_EXISTS"),  # of seeds and replays
    *("NOTHING_DUE", "OUTCOME_MISSING", "OUTCOME_MISPLACED", "PROVIDERS_UNPAID", "RESERVE_NOT_INTEGER"),  # of the audit
}


def raised() -> Iterator[str]:
    """Codes that the exchange makes an error with."""
    for layer in ("domain", "application", "adapters"):
        for path in (SRC / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                    match node.args:
                        case [ast.Constant(value=str(code)), *_]:
                            yield code


def constants() -> set[str]:
    """All that may be a code."""
    texts = (path.read_text("utf-8") for path in SRC.rglob("*.py"))
    return {name for text in texts for name in re.findall(r'"([A-Z][A-Z_]+)"', text)}


def documented() -> set[str]:
    return set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/errors.md").read_text("utf-8")))


async def test_every_endpoint_is_documented(api: Client) -> None:
    async with ClientSession() as session, session.get(f"{api.url}/api/openapi.json") as response:
        paths = (await response.json())["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    rows = re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", (ROOT / "docs/api.md").read_text("utf-8"), re.MULTILINE)
    named = [f"{method} {path}" for method, path in rows]
    assert len(set(named)) == len(named)
    assert {name if name in BESIDE else name.replace(" ", " /api/v1", 1) for name in named} == served | BESIDE


def test_every_code_is_documented() -> None:
    codes = set(raised())
    assert len(codes) > len(NOT_ANSWERED)
    assert codes - NOT_ANSWERED - documented() == set()


def test_no_code_is_invented() -> None:
    assert documented() - constants() == set()
    assert documented() & NOT_ANSWERED == set()
