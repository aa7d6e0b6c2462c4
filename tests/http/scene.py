"""Everybody who may ask, and something of everything that can be asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from application.covers.cover import Cover, CoverSize, Source
from application.jobs.catalogue.system import PING
from application.reports.files import ReportFile
from application.reports.request import ReportFormat, ReportKind
from domain.accounts.user import Role
from domain.jobs.execution import State
from domain.shared.ids import MarketId, ReportId
from domain.shared.money import POINT
from tests.http.real import Answered, Person, Site
from tests.http.rules import HOOK, HOURLY, SCHEDULES, TOMORROW, WEBHOOKS, WHY, Route
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
        if isinstance(route.body, bytes):
            options |= {"data": route.body, "headers": [("Content-Type", "image/png")]}
        elif route.body is not None:
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
    report = await a_report(site, user)
    for covered in (market, drafts[0]):
        await show_a_cover(site, MarketId(UUID(covered)), user)
    webhook = await user.client.post(WEBHOOKS, HOOK)
    schedule = await admin.client.post(SCHEDULES, {**WHY, **HOURLY, "name": "of the scene"})
    jobs = {
        "job": await a_job(site.exchange, user.id),
        "failed_job": await a_job(site.exchange, user.id, State.FAILED),
        "other_job": await a_job(site.exchange, other.id),
        "others_failed_job": await a_job(site.exchange, other.id, State.FAILED),
        "dead_job": await a_job(site.exchange, other.id, State.DEAD_LETTER),
        "dead_ping": await a_job(site.exchange, admin.id, State.DEAD_LETTER, PING),
    }
    values = jobs | {
        "schedule": schedule.data["id"],
        "webhook": webhook.data["id"],
        "market": market,
        "proposal": drafts[0],
        "draft": drafts[1],
        "user": str(user.id),
        "target": str(target.id),
        "spare_key": spare,
        "rated_key": rated,
        "trade": "key of user",
        "refresh": user.refresh,
        "report": str(report.id),
    }
    return Scene(site, people, values, user, other, admin, target)


async def a_report(site: Site, owner: Person) -> ReportFile:
    """A finished statement of somebody's."""
    now, content = datetime.now(UTC), b"Time (UTC),Balance\r\n"
    file = ReportFile(
        ReportId(site.exchange.ids().new()),
        ReportKind.STATEMENT,
        owner.id,
        ReportFormat.CSV,
        owner.id,
        "text/csv",
        "statement.csv",
        len(content),
        now,
        now + timedelta(days=1),
    )
    await site.exchange.reports().save(file, content)
    return file


async def show_a_cover(site: Site, market_id: MarketId, uploader: Person) -> None:
    """A market's cover, which nobody looks at."""
    covers = [Cover(size, 1, 1, b"a cover") for size in CoverSize]
    async with site.exchange.transactions()() as transaction:
        await transaction.covers.show(market_id, covers, Source(b"a picture", uploader.id, datetime.now(UTC)))
        await transaction.commit()
