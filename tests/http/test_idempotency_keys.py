"""What may be a key, whose it is, and how long it stands for an answer."""

from itertools import product
from typing import Any

from domain.shared.money import POINT
from tests.http.client import Reply
from tests.http.deeds import DEEDS
from tests.http.keyed import BATCH, CASES
from tests.http.rules import ROUTES, WHY, Rule
from tests.http.scene import ADMIN, USER, Scene

HEADER = "Idempotency-Key"
NO_KEYS = {
    "empty": [""],
    "too long": ["k" * 256],
    "not ASCII": ["clé"],
    "two": ["a", "b"],
    "the same twice": ["a", "a"],
    "a tab within": ["a\tb"],
}


async def test_what_is_no_key(scene: Scene) -> None:
    before = await scene.site.tables()
    routes = {case.route for case in CASES.values()} | {BATCH} | {deed.route for deed in DEEDS}
    for route, (name, keys) in product(routes, NO_KEYS.items()):
        who = ADMIN if ROUTES[route].rule is Rule.ADMIN else USER
        answer = await scene.ask(who, route, ROUTES[route], headers=[(HEADER, key) for key in keys])
        assert (answer.status, '"IDEMPOTENCY_KEY"' in answer.text) == (422, True), (route, name)
    assert await scene.site.tables() == before


async def test_what_is_one(scene: Scene) -> None:
    body = order(scene)
    for key in ("x", "k" * 255, "a b/c?d#e%20&=", '"quoted"', "-", "0"):
        first, again = await scene.user.client.trade(body, key), await scene.user.client.trade(body, key)
        assert (first.status, again.data) == (201, first.data)
        assert first.headers[HEADER] == again.headers[HEADER] == first.data["idempotencyKey"] == key


async def test_without_a_key_every_request_is_one_of_its_own(scene: Scene) -> None:
    """It is given a key, by which it can be read and repeated."""
    first, second = await scene.user.client.trade(order(scene)), await scene.user.client.trade(order(scene))
    assert first.headers[HEADER] != second.headers[HEADER]
    assert (await scene.user.client.get(f"/api/v1/trades/by-key/{first.headers[HEADER]}")).data == first.data
    assert (await scene.user.client.trade(order(scene), first.headers[HEADER])).data == first.data


async def test_one_key_for_one_request_whatever_it_asks(scene: Scene) -> None:
    """A key of a trade is none of a provision, and the other way round."""
    user, path = scene.user.client, f"/api/v1/markets/{scene.values['market']}/liquidity"
    assert (await user.trade(order(scene), "a")).status == 201
    assert (await user.post(path, {"amount": str(POINT)}, "a")).refused == (422, "IDEMPOTENCY_CONFLICT")
    assert (await user.post(path, {"amount": str(POINT)}, "b")).status == 201
    assert (await user.trade(order(scene), "b")).refused == (422, "IDEMPOTENCY_CONFLICT")


async def test_a_user_s_bots_share_his_keys(scene: Scene) -> None:
    (_, one), (_, two) = await scene.site.key(scene.user, "trade"), await scene.site.key(scene.user, "trade")
    first = await one.trade(order(scene), "a")
    for again in (await two.trade(order(scene), "a"), await scene.user.client.trade(order(scene), "a")):
        assert (again.data, again.headers["Idempotency-Replayed"]) == (first.data, "true")


async def test_a_refusal_stands_though_it_would_not_be_one_now(scene: Scene) -> None:
    dear = order(scene, 5_000)
    first = await scene.user.client.trade(dear, "a")
    assert first.refused == (409, "INSUFFICIENT_POINTS")
    grant = await scene.admin.client.post(
        f"/api/v1/admin/users/{scene.user.id}/grants", {**WHY, "amount": str(10_000 * POINT)}
    )
    assert grant.status == 201
    again = await scene.user.client.trade(dear, "a")
    assert (again.error, again.headers["Idempotency-Replayed"]) == (first.error, "true")
    assert (await scene.user.client.trade(dear, "b")).status == 201


async def test_what_is_malformed_uses_up_no_key(scene: Scene) -> None:
    assert (await scene.user.client.trade(order(scene, 0), "a")).status == 422
    assert (await scene.user.client.trade(order(scene), "a")).status == 201


async def test_a_whole_batch_is_repeated(scene: Scene) -> None:
    user, path = scene.user.client, "/api/v1/trades/batch"
    batch = {"orders": [order(scene), order(scene, 5_000), order(scene, 2)]}
    first = await user.post(path, batch, "a")
    done = await scene.site.tables()
    again = await user.post(path, batch, "a")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (first.status, "true")
    assert "Idempotency-Replayed" not in first.headers
    assert [items(reply) for reply in (first, again)] == [items(first)] * 2
    assert [[item["replayed"] for item in reply.data["items"]] for reply in (first, again)] == [[False] * 3, [True] * 3]
    assert [item["status"] for item in first.data["items"]] == [201, 409, 201]

    other = await user.post(path, {"orders": batch["orders"][::-1]}, "a")
    assert [item["status"] for item in other.data["items"]] == [422, 409, 422]
    assert "Idempotency-Replayed" not in other.headers
    assert await scene.site.tables() == done
    his = await scene.other.client.post(path, batch, "a")
    assert {item["trade"]["userId"] for item in his.data["items"] if item["trade"]} == {str(scene.other.id)}


def order(scene: Scene, points: int = 1) -> dict[str, Any]:
    """To buy."""
    amount = str(points * POINT)
    return {"marketId": scene.values["market"], "action": "BUY", "outcome": "NO", "amount": amount}


def items(reply: Reply) -> list[dict[str, Any]]:
    """What became of each order of a batch, whether for the first time or not."""
    return [{name: value for name, value in item.items() if name != "replayed"} for item in reply.data["items"]]
