"""Covers of markets over HTTP: real pictures, uploaded, made by a worker, and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from aiohttp import ClientSession
from PIL import Image

from application.covers.cover import MAX_SOURCE_BYTES, SHAPES, CoverSize
from domain.jobs.execution import Execution, State
from domain.shared.ids import JobId
from entrypoints.container import Container
from tests.covers.pictures import QUARTERS, opened, quarters, saved
from tests.http.administering import ADMIN, WHY, an_admin, patch, proposed
from tests.http.client import Client, Reply
from tests.http.signed import TRADER, bearer
from tests.http.working import work_done

PNG, BROKEN = saved(quarters()), saved(quarters())[:5000]
WEBP = "image/webp"
REASON = {"reason": "It had none."}


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as it was answered."""

    status: int
    headers: Mapping[str, str]
    data: bytes


@dataclass(frozen=True, slots=True)
class Gallery:
    """A draft, its proposer and an administrator."""

    exchange: Container
    proposer: Client
    admin: Client
    market: str

    @property
    def path(self) -> str:
        return f"/api/v1/markets/{self.market}/cover"

    async def put(self, by: Client, picture: object, media: str = "image/png", **query: str) -> Reply:
        return await by.send("PUT", self.path, data=picture, headers={"Content-Type": media}, params=query)

    async def made(self, reply: Reply) -> Execution:
        """The job of an upload, once a worker has done it."""
        assert reply.status == 202, reply.error
        job_id = JobId(UUID(reply.data["jobId"]))
        assert reply.headers["Location"] == f"/api/v1/jobs/{job_id}"
        return await work_done(self.exchange, job_id)

    async def approve(self) -> None:
        reply = await self.admin.post(f"{ADMIN}/markets/{self.market}/approve", WHY)
        assert reply.status == 200

    async def show(self, size: str = "", method: str = "GET", **headers: str) -> Shown:
        path = self.path + (f"?size={size}" if size else "")
        return await fetched(self.proposer.url + path, method, **headers)

    async def preview(self, by: Client, size: str = "wide", **headers: str) -> Shown:
        url = f"{by.url}/api/v1/proposals/{self.market}/cover?size={size}"
        return await fetched(url, **{**by.headers, **headers})


async def fetched(url: str, method: str = "GET", **headers: str) -> Shown:
    async with ClientSession() as session, session.request(method, url, headers=headers) as response:
        return Shown(response.status, response.headers, await response.read())


@pytest.fixture
async def gallery(api: Client, exchange: Container) -> Gallery:
    _, admin = await an_admin(api, exchange)
    return Gallery(exchange, api, admin, await proposed(api))


async def waiting(exchange: Container) -> list[UUID]:
    """The markets with a picture that waits."""
    async with exchange.engine().connect() as connection:
        rows = await connection.exec_driver_sql("SELECT market_id FROM cover_sources")
        return list(rows.scalars())


async def test_a_picture_becomes_covers(gallery: Gallery) -> None:
    job = await gallery.made(await gallery.put(gallery.proposer, PNG))
    assert (job.state, job.name, job.requested_by) == (State.COMPLETED, "image.process", TRADER)
    await gallery.approve()
    for size in CoverSize:
        shown = await gallery.show(size)
        assert (shown.status, shown.headers["Content-Type"]) == (200, WEBP)
        image = opened(shown.data)
        assert (image.format, image.size) == ("WEBP", SHAPES[size])
    assert (await gallery.show()).data == (await gallery.show("wide")).data
    left_above = opened((await gallery.show()).data).convert("RGB").getpixel((300, 150))
    assert isinstance(left_above, tuple)
    assert all(abs(is_ - was) < 16 for is_, was in zip(left_above, QUARTERS[0], strict=True))


@pytest.mark.parametrize(("name", "media"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")])
async def test_pictures_of_every_kind(gallery: Gallery, name: str, media: str) -> None:
    job = await gallery.made(await gallery.put(gallery.proposer, saved(quarters(), name), media))
    assert job.state is State.COMPLETED


async def test_another_picture_takes_its_place(gallery: Gallery) -> None:
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    await gallery.approve()
    first = await gallery.show()
    black = saved(Image.new("RGB", (1200, 630)))
    reply = await gallery.put(gallery.admin, black, **REASON)
    assert (await gallery.show()).data == first.data, "until its covers are made"
    await gallery.made(reply)
    second = await gallery.show()
    assert second.headers["ETag"] != first.headers["ETag"]
    assert opened(second.data).convert("RGB").getpixel((300, 150)) == (0, 0, 0)
    await gallery.made(await gallery.put(gallery.admin, PNG, **REASON))
    assert (await gallery.show()).data == first.data, "an earlier one may come back"


async def test_a_refused_picture_leaves_the_cover(gallery: Gallery) -> None:
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    await gallery.approve()
    before = await gallery.show("card")
    small = saved(quarters(90, 90))
    for picture, code in ((BROKEN, "COVER_BROKEN"), (b"<svg/>", "COVER_FORMAT"), (small, "COVER_TOO_SMALL")):
        job = await gallery.made(await gallery.put(gallery.admin, picture, **REASON))
        assert job.failure is not None
        assert (job.state, job.failure.code) == (State.FAILED, code)
    assert (await gallery.show("card")).data == before.data
    assert await waiting(gallery.exchange) == []
    job = await gallery.made(await gallery.put(gallery.admin, saved(quarters(640, 480)), **REASON))
    assert job.state is State.COMPLETED


async def test_who_may_upload(gallery: Gallery, api: Client) -> None:
    other = api.calling(bearer((await gallery.exchange.sign_up()("other")).id))
    assert (await gallery.put(other, PNG)).refused == (403, "NOT_YOUR_PROPOSAL")
    unknown = Gallery(gallery.exchange, api, gallery.admin, str(uuid4()))
    assert (await unknown.put(api, PNG)).refused == (404, "MARKET_NOT_FOUND")
    await gallery.approve()
    assert (await gallery.put(api, PNG)).refused == (409, "COVER_FIXED")
    assert await waiting(gallery.exchange) == []


async def test_the_job_belongs_to_the_trace_of_its_upload(gallery: Gallery) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = {"Content-Type": "image/png", "traceparent": trace}
    reply = await gallery.proposer.send("PUT", gallery.path, data=PNG, headers=headers)
    assert (await gallery.exchange.queue_service().get(JobId(UUID(reply.data["jobId"])))).trace == trace


async def test_an_administrator_says_why(gallery: Gallery) -> None:
    for query in ({}, {"reason": " "}):
        assert (await gallery.put(gallery.admin, PNG, **query)).refused == (422, "REASON")
    assert (await gallery.put(gallery.admin, PNG, **REASON)).status == 202
    await gallery.put(gallery.proposer, PNG)
    (record,) = (await gallery.admin.get(f"{ADMIN}/actions")).data["items"]
    assert (record["action"], record["subjectId"]) == ("MARKET_COVER_UPLOADED", gallery.market)
    assert record["reason"] == "It had none."


async def test_the_cover_of_a_draft_is_not_shown(gallery: Gallery) -> None:
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    assert (await gallery.proposer.get(gallery.path)).refused == (404, "COVER_NOT_FOUND")
    await gallery.approve()
    assert (await gallery.show()).status == 200


async def test_the_cover_of_a_draft_is_seen_by_its_proposer_and_administrators(gallery: Gallery) -> None:
    other = gallery.proposer.calling(bearer((await gallery.exchange.sign_up()("other")).id))
    assert (await gallery.preview(gallery.proposer)).status == 404, "there is none yet"
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    for by, status in ((gallery.proposer, 200), (gallery.admin, 200), (other, 404)):
        assert (await gallery.preview(by)).status == status
    first = await gallery.preview(gallery.proposer, "card")
    assert (first.headers["Content-Type"], opened(first.data).size) == (WEBP, SHAPES[CoverSize.CARD])
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await gallery.preview(gallery.proposer, "card", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.data) == (304, b"")
    await gallery.approve()
    assert first.data == (await gallery.show("card")).data
    assert (await gallery.preview(other)).status == 404, "it is shown elsewhere now"


async def test_where_a_cover_is_shown(gallery: Gallery, markets: list[UUID]) -> None:
    async def links(path: str, **query: str) -> list[object]:
        data = (await gallery.proposer.get(path, **query)).data
        return [item["cover"] for item in data["items"]] if "items" in data else [data["cover"]]

    assert await links("/api/v1/me/proposals") == [None]
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    (proposed,) = await links("/api/v1/me/proposals")
    assert proposed == {size: f"/api/v1/proposals/{gallery.market}/cover?size={size}" for size in CoverSize}
    edited = await patch(gallery.admin, f"{ADMIN}/markets/{gallery.market}", {**WHY, "title": "Will it snow?"})
    assert edited.data["cover"] is None, "nobody is shown the cover of a draft there"
    await gallery.approve()
    shown = {size: f"/api/v1/markets/{gallery.market}/cover?size={size}" for size in CoverSize}
    assert await links(f"/api/v1/markets/{gallery.market}") == [shown]
    assert await links("/api/v1/markets") == [*[None for _ in markets], shown]
    for path in shown.values():
        assert (await fetched(gallery.proposer.url + path)).status == 200


async def test_a_market_without_a_cover(gallery: Gallery, markets: list[UUID]) -> None:
    for market in (markets[0], uuid4(), "none"):
        reply = await gallery.proposer.get(f"/api/v1/markets/{market}/cover")
        assert reply.refused[0] == 404
    assert (await gallery.proposer.get(gallery.path, size="huge")).refused == (422, "SIZE_UNKNOWN")


async def test_a_picture_of_no_bytes_and_of_too_many(gallery: Gallery) -> None:
    assert (await gallery.put(gallery.proposer, b"")).refused == (422, "COVER_BYTES")
    too_many = await gallery.put(gallery.proposer, BytesIO(b"x" * (MAX_SOURCE_BYTES + 1)))
    assert too_many.refused == (413, "BODY_TOO_LARGE")
    assert (await gallery.put(gallery.proposer, BytesIO(b"x" * MAX_SOURCE_BYTES))).status == 202


async def test_another_media_type(gallery: Gallery) -> None:
    for media in ("image/svg+xml", "application/json", "application/octet-stream"):
        assert (await gallery.put(gallery.proposer, PNG, media)).refused == (415, "CONTENT_TYPE")


async def test_a_cover_that_is_known_is_not_sent_again(gallery: Gallery) -> None:
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    await gallery.approve()
    shown = await gallery.show("thumb")
    tag = shown.headers["ETag"]
    for known in (tag, f'"another", {tag}', f"W/{tag}"):
        again = await gallery.show("thumb", **{"If-None-Match": known})
        assert (again.status, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert (await gallery.show("card", **{"If-None-Match": tag})).status == 200
    head = await gallery.show("thumb", "HEAD")
    assert (head.status, head.data, head.headers["ETag"]) == (200, b"", tag)
    assert int(head.headers["Content-Length"]) == len(shown.data)


async def test_how_browsers_may_use_a_cover(gallery: Gallery) -> None:
    await gallery.made(await gallery.put(gallery.proposer, PNG))
    await gallery.approve()
    headers = (await gallery.show()).headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    missing = await gallery.proposer.get(f"/api/v1/markets/{uuid4()}/cover")
    assert missing.headers["Cache-Control"] == "no-store"
