"""Every route and everybody who may call it, or not."""

import json
from collections.abc import Mapping

import pytest

from adapters.http.app import create_app
from adapters.http.bounds import HttpBounds
from entrypoints.api import endpoints, frame
from entrypoints.container import Container
from tests.http import scene as a
from tests.http.rules import ROUTES, Rule
from tests.http.scene import Scene

NOT_SIGNED_IN = (401, "AUTHENTICATION_NEEDED")
INACTIVE = (403, "ACCOUNT_INACTIVE")
SCOPE = (403, "SCOPE_MISSING")
KEY = (403, "SIGN_IN_NEEDED")
NO_ADMIN = (403, "ADMIN_ONLY")
NOT_HIS = (403, "NOT_YOUR_PROPOSAL")

WITHDRAW = "POST /api/v1/markets/{id}/withdraw"
COVER = "PUT /api/v1/markets/{id}/cover"
"""Who may call them depends on whose the proposal is; that it exists, everybody may know."""

NO_ACCOUNT = {a.NOBODY: NOT_SIGNED_IN, a.DEACTIVATED: INACTIVE, a.DEACTIVATEDS_KEY: INACTIVE}
REFUSED: dict[Rule, Mapping[str, tuple[int, str]]] = {
    Rule.ANYONE: {},
    Rule.READER: {**NO_ACCOUNT, a.TRADING_KEY: SCOPE},
    Rule.TRADER: {**NO_ACCOUNT, a.READING_KEY: SCOPE},
    Rule.SIGNED_IN: {**NO_ACCOUNT, a.READING_KEY: KEY, a.TRADING_KEY: KEY, a.ADMINS_KEY: KEY},
    Rule.ADMIN: {
        **NO_ACCOUNT,
        **dict.fromkeys((a.USER, a.OTHER, a.READING_KEY, a.TRADING_KEY), NO_ADMIN),
        a.ADMINS_KEY: KEY,
    },
}
"""Whom each rule refuses, and how."""

RIGHT_ONE = {Rule.ANYONE: a.NOBODY, Rule.ADMIN: a.ADMIN}
EVERYBODY = (
    *(a.NOBODY, a.USER, a.OTHER, a.READING_KEY, a.TRADING_KEY),
    *(a.ADMIN, a.ADMINS_KEY, a.DEACTIVATED, a.DEACTIVATEDS_KEY),
)


async def answered(scene: Scene, who: str, name: str) -> tuple[int, str] | int:
    """Status and code of a refusal, 0 for one who was admitted."""
    answer = await scene.ask(who, name, ROUTES[name])
    return 0 if answer.admitted else (answer.status, json.loads(answer.text)["error"]["code"])


async def without_a_body(scene: Scene, who: str) -> None:
    """Asking for the head alone is no way around the guard, and spoils no connection."""
    for name in (name for name in ROUTES if name.startswith("GET ")):
        route = ROUTES[name]
        head = await scene.ask(who, name.replace("GET", "HEAD"), route)
        status, _ = REFUSED[route.rule].get(who, (404 if head.status == 404 else 200, ""))
        assert (head.status, head.text) == (status, ""), name


async def test_every_route_has_a_rule(exchange: Container) -> None:
    app = create_app(endpoints(exchange, exchange.desk()), frame(exchange), HttpBounds())
    served = {f"{route.method} {route.resource.canonical}" for route in app.router.routes() if route.resource}
    heads = {name for name in served if name.startswith("HEAD ")}
    assert served - heads == set(ROUTES)
    assert {name.replace("HEAD", "GET") for name in heads} <= set(ROUTES)


async def test_every_request_of_the_table_does_something(scene: Scene) -> None:
    """It succeeds when the right one sends it, and is seen in the tables where it is no GET."""
    failed, unseen = {}, set()
    before = await scene.site.tables()
    for name, route in ROUTES.items():
        answer = await scene.ask(RIGHT_ONE.get(route.rule, a.USER), name, route)
        if answer.status >= 300:
            failed[name] = answer.text
        after = await scene.site.tables()
        if after == before:
            unseen.add(name)
        before = after
    assert failed == {}
    assert unseen == {name for name in ROUTES if name.startswith("GET ")}


@pytest.mark.parametrize("who", EVERYBODY)
async def test_who_may_call_what(scene: Scene, who: str) -> None:
    expected = {name: REFUSED[route.rule].get(who, 0) for name, route in ROUTES.items()}
    if who in (a.OTHER, a.ADMIN):
        expected[WITHDRAW] = NOT_HIS
    if who == a.OTHER:
        expected[COVER] = NOT_HIS
    before = await scene.site.tables()
    await without_a_body(scene, who)
    refused = {name: await answered(scene, who, name) for name, refusal in expected.items() if refusal}
    assert await scene.site.tables() == before
    admitted = {name: await answered(scene, who, name) for name, refusal in expected.items() if not refusal}
    assert refused | admitted == expected
