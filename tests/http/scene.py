"""Everybody who may ask, and something of everything that can be asked for."""

from dataclasses import dataclass
from typing import Any

from application.jobs.catalogue.system import PING
from domain.accounts.user import Role
from domain.jobs.execution import State
from domain.shared.money import POINT
from tests.http.real import Answered, Person, Site
from tests.http.rules import TOMORROW, WHY, Route
from tests.http.working import a_job

NOBODY, USER, OTHER, READING_KEY, TRADING_KEY = "nobody", "user", "other user", "key to read", "key to trade"
ADMIN, ADMINS_KEY, DEACTIVATED, DEACTIVATEDS_KEY = "admin", "admin's key", "deactivated user", "deactivated user's key"


@dataclass(frozen=True, slots=True)
class Scene:
    """`people` by what they are, each with a client; `values` are what the names in a request stand for."""

    site: Site
    people: dict[str, Any]
    values: dict[str, str]
    user: Person
    other: Person
    admin: Person
    newcomer: Person

    async def ask(self, who: str, name: str, route: Route, **options: Any) -> Answered:
        """A route's own request."""
        method, path = name.split()
        path = path.format(**{**self.values, "id": self.values[route.id], "key": self.values[route.key]})
        if route.body is not None:
            options["json"] = self._filled(route.body)
        return await self.site.ask(self.people[who], method, f"{path}?{route.query}", **options)

    def _filled(self, part: Any) -> Any:
        match part:
            case str():
                return part.format(**self.values)
            case list():
                return [self._filled(each) for each in part]
            case dict():
                return {name: self._filled(each) for name, each in part.items()}
            case _:
                return part


async def a_scene(site: Site) -> Scene:
    """Two traders on a market, who provide it with liquidity, a draft of each, their keys, and two administrators."""
    market = str((await site.markets())[0])
    user, other, target, gone = [await site.person(name) for name in ("user", "other", "target", "gone")]
    admin = await site.person("admin", Role.ADMIN)
    order = {"marketId": market, "action": "BUY", "outcome": "YES", "amount": str(50 * POINT)}
    drafts = []
    for person in (user, other):
        amount = {"amount": str(10 * POINT)}
        assert (await person.client.post(f"/api/v1/markets/{market}/liquidity", amount)).status == 201
        assert (await person.client.trade(order, f"key of {person.handle}")).status == 201
        draft = await person.client.post("/api/v1/markets", {"title": "Will it?", "closesAt": TOMORROW})
        drafts.append(draft.data["id"])
    (spare, _), (rated, _) = await site.key(user, "read"), await site.key(user, "trade")
    people = {
        NOBODY: site.client,
        USER: user.client,
        OTHER: other.client,
        READING_KEY: (await site.key(user, "read"))[1],
        TRADING_KEY: (await site.key(user, "trade"))[1],
        ADMIN: admin.client,
        ADMINS_KEY: (await site.key(admin, "read", "trade"))[1],
        DEACTIVATED: gone.client,
        DEACTIVATEDS_KEY: (await site.key(gone, "read", "trade"))[1],
    }
    assert (await admin.client.post(f"/api/v1/admin/users/{gone.id}/deactivate", WHY)).status == 200
    jobs = {
        "job": await a_job(site.exchange, user.id),
        "failed_job": await a_job(site.exchange, user.id, State.FAILED),
        "other_job": await a_job(site.exchange, other.id),
        "others_failed_job": await a_job(site.exchange, other.id, State.FAILED),
        "dead_job": await a_job(site.exchange, other.id, State.DEAD_LETTER),
        "dead_ping": await a_job(site.exchange, admin.id, State.DEAD_LETTER, PING),
    }
    values = jobs | {
        "market": market,
        "proposal": drafts[0],
        "draft": drafts[1],
        "user": str(user.id),
        "target": str(target.id),
        "spare_key": spare,
        "rated_key": rated,
        "trade": "key of user",
        "refresh": user.refresh,
    }
    return Scene(site, people, values, user, other, admin, target)
