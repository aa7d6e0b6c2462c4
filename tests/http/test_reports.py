"""Finished reports over HTTP: whose they are, and what a browser may do with them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from adapters.http.reports import POLICY
from application.reports.files import ReportFile
from application.reports.request import ReportFormat
from domain.shared.ids import ReportId
from tests.http.real import Person, Site
from tests.http.scene import ADMINS_KEY, READING_KEY, Scene, a_report

MINE = "/api/v1/me/reports"
PAGE = "<!DOCTYPE html><title>ª</title>".encode()


async def listed(person: Person) -> list[str]:
    return [item["id"] for item in (await person.client.get(MINE)).data["items"]]


async def as_html(site: Site, file: ReportFile) -> ReportFile:
    """A page beside a file."""
    new = ReportId(site.exchange.ids().new())
    page = replace(file, id=new, format=ReportFormat.HTML, media_type="text/html", file_name="page.html")
    await site.exchange.reports().save(page, PAGE)
    return page


async def test_who_may_download_it(scene: Scene) -> None:
    path = f"/api/v1/reports/{scene.values['report']}"
    for reader in (scene.user.client, scene.people[READING_KEY], scene.admin.client):
        answer = await scene.site.ask(reader, "GET", path)
        assert (answer.status, answer.text) == (200, "Time (UTC),Balance\r\n")
    for stranger in (scene.other.client, scene.newcomer.client, scene.people[ADMINS_KEY]):
        assert (await stranger.get(path)).refused == (404, "REPORT_NOT_FOUND")


async def test_what_a_browser_may_do_with_it(scene: Scene) -> None:
    file = await a_report(scene.site, scene.user)
    page = await as_html(scene.site, file)
    answer = await scene.site.ask(scene.user.client, "GET", f"/api/v1/reports/{page.id}")
    assert answer.text.encode() == PAGE
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "script" not in POLICY.replace("default-src 'none'", "")
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")


async def test_the_list_says_what_each_file_is(scene: Scene) -> None:
    (item,) = (await scene.user.client.get(MINE)).data["items"]
    created, expires = (datetime.fromisoformat(item.pop(name)) for name in ("createdAt", "expiresAt"))
    assert expires - created == timedelta(days=1)
    assert item == {
        "id": scene.values["report"],
        "kind": "statement",
        "subjectId": str(scene.user.id),
        "format": "csv",
        "requestedBy": str(scene.user.id),
        "mediaType": "text/csv",
        "fileName": "statement.csv",
        "size": 20,
    }
    assert await listed(scene.other) == []


async def test_the_list_page_by_page(scene: Scene) -> None:
    files = [await a_report(scene.site, scene.other) for _ in range(3)]
    first = (await scene.other.client.get(MINE, limit="2")).data
    second = (await scene.other.client.get(MINE, limit="2", cursor=first["nextCursor"])).data
    found = [item["id"] for page in (first, second) for item in page["items"]]
    assert (len(first["items"]), second["nextCursor"]) == (2, None)
    assert found == [str(file.id) for file in reversed(files)]


async def test_one_that_has_expired_or_never_was(scene: Scene) -> None:
    file = await a_report(scene.site, scene.other)
    now = datetime.now(UTC)
    new = ReportId(scene.site.exchange.ids().new())
    old = replace(file, id=new, created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    await scene.site.exchange.reports().save(old, b"old")
    for gone in (new, uuid4(), "nothing"):
        assert (await scene.other.client.get(f"/api/v1/reports/{gone}")).refused == (404, "REPORT_NOT_FOUND")
    assert await listed(scene.other) == [str(file.id)]
