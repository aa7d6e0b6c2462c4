"""Covers: who may give them, what becomes of the pictures, and who sees them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from application.covers.cover import MAX_SOURCE_BYTES, Cover, CoverSize, Source
from application.covers.process_cover import ProcessCover
from application.covers.upload_cover import UploadCover
from application.jobs.catalogue.covers import PROCESS_IMAGE, Processed, ProcessImage
from application.jobs.observers import Silent
from application.jobs.ports import LeaseLost
from application.jobs.run import Run
from domain.accounts.user import Role, User
from domain.jobs.execution import Execution, State
from domain.shared.administration import Actor, AdminAction
from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from domain.shared.ids import MarketId
from domain.shared.money import POINT
from tests.behaviour.acting import logged
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World

NOWHERE = MarketId(UUID(int=404))
PICTURE, OTHER = b"a picture", b"another picture"
LEASE = timedelta(seconds=12)


class Gallery:
    """Implements the Pictures port; `before` is what happens while it works."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.before: Callable[[], Awaitable[object]] | None = None
        self.error: Exception | None = None

    async def cut(self, data: bytes) -> Sequence[Cover]:
        self.seen.append(data)
        if self.before is not None:
            await self.before()
        if self.error is not None:
            raise self.error
        return [Cover(size, 10, 5, size.encode() + data) for size in CoverSize]


class Covering:
    """The use cases on a world."""

    def __init__(self, world: World) -> None:
        self.world, self.gallery = world, Gallery()
        self.upload = UploadCover(world.transactions, world.queue, world.clock, world.ids)
        self.work = ProcessCover(world.transactions, self.gallery)

    async def taken(self) -> list[Run[ProcessImage]]:
        """A try of each job that waits."""
        now = self.world.clock.now()
        jobs = await self.world.runs.claim(PROCESS_IMAGE.queue, 10, "a worker", now, LEASE)
        return [self._run(job) for job in jobs]

    async def process(self) -> list[Processed | BaseException]:
        """What each job that waits says, all at the same time."""
        return await asyncio.gather(*map(self.work, await self.taken()), return_exceptions=True)

    async def states(self) -> list[str]:
        jobs = (await self.world.tables())["job_executions"]
        return [job["state"] for job in jobs if job["name"] == PROCESS_IMAGE.name]

    def _run(self, job: Execution) -> Run[ProcessImage]:
        async def untold(percent: int, message: str) -> None: ...

        return Run(job, PROCESS_IMAGE.read(job.payload, job.version), self.world.clock, Silent(), untold)

    async def shown(self, market_id: MarketId) -> list[bytes]:
        return [(await self.world.covers.cover(market_id, size)).data for size in CoverSize]

    async def waiting(self) -> list[bytes]:
        return [row["data"] for row in (await self.world.tables())["cover_sources"]]


def cut_of(picture: bytes) -> list[bytes]:
    return [size.encode() + picture for size in CoverSize]


@pytest.fixture
def covering(world: World) -> Covering:
    return Covering(world)


@pytest.fixture
async def ada(world: World) -> User:
    return User(await world.user("ada"), "ada")


@pytest.fixture
async def admin(world: World) -> User:
    return User(await world.user("root", role=Role.ADMIN), "root", Role.ADMIN)


@pytest.fixture
async def draft(world: World, ada: User) -> MarketId:
    await world.treasury()
    return await world.draft(ada.id)


SHOWN, NOT_SHOWN = Processed(shown=True), Processed(shown=False)


async def test_a_picture_waits_for_its_job(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    job_id = await covering.upload(draft, PICTURE, ada)
    digest = Source(PICTURE, ada.id, world.clock.now()).digest
    tables = await world.tables()
    (row,), (job,) = tables["cover_sources"], tables["job_executions"]
    assert row == {"market_id": draft, "digest": digest, "data": PICTURE} | {
        "uploaded_by": ada.id,
        "uploaded_at": world.clock.now(),
    }
    assert (job["id"], job["name"], job["requested_by"]) == (job_id, "image.process", ada.id)
    (run,) = await covering.taken()
    assert run.payload == ProcessImage(market_id=draft, digest=digest.hex())
    assert await logged(world) == []


async def test_who_may_give_a_cover(covering: Covering, draft: MarketId, ada: User, admin: User, world: World) -> None:
    bo = User(await world.user("bo"), "bo")
    await assert_refused(world, covering.upload(draft, PICTURE, bo), Forbidden, "NOT_YOUR_PROPOSAL")
    await assert_refused(world, covering.upload(NOWHERE, PICTURE, admin), NotFound, "MARKET_NOT_FOUND")
    await covering.upload(draft, PICTURE, ada)
    await world.approve(draft, 10 * POINT)
    await assert_refused(world, covering.upload(draft, OTHER, ada), Conflict, "COVER_FIXED")
    await covering.upload(draft, OTHER, admin)
    assert await covering.waiting() == [OTHER]


async def test_what_an_administrator_uploads_is_logged(
    covering: Covering, draft: MarketId, admin: User, world: World
) -> None:
    actor = Actor(admin.id, "It had none.", "request 1")
    await covering.upload(draft, PICTURE, admin, actor)
    (record,) = await logged(world)
    assert (record.action, record.subject_id) == (AdminAction.MARKET_COVER_UPLOADED, draft)
    assert (record.actor, record.before) == (actor, {})
    assert record.after == {"digest": Source(PICTURE, admin.id, world.clock.now()).digest.hex()}


@pytest.mark.parametrize("length", [0, MAX_SOURCE_BYTES + 1])
async def test_a_picture_has_a_size(covering: Covering, draft: MarketId, ada: User, world: World, length: int) -> None:
    await assert_refused(world, covering.upload(draft, b"x" * length, ada), Invalid, "COVER_BYTES")


async def test_the_largest_picture_is_kept(covering: Covering, draft: MarketId, ada: User) -> None:
    await covering.upload(draft, b"x" * MAX_SOURCE_BYTES, ada)
    assert await covering.waiting() == [b"x" * MAX_SOURCE_BYTES]


async def test_the_job_makes_covers_and_forgets_the_picture(
    covering: Covering, draft: MarketId, ada: User, world: World
) -> None:
    await covering.upload(draft, PICTURE, ada)
    uploaded_at = world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    assert await covering.process() == [SHOWN]
    tables = await world.tables()
    assert tables["cover_sources"] == []
    assert [(row["size"], row["uploaded_by"], row["uploaded_at"]) for row in tables["market_covers"]] == [
        (size, ada.id, uploaded_at) for size in sorted(CoverSize)
    ]


async def test_covers_and_the_end_of_their_job_are_one_commit(covering: Covering, draft: MarketId, ada: User) -> None:
    job_id = await covering.upload(draft, PICTURE, ada)
    await covering.process()
    job = await covering.world.queue.get(job_id)
    assert job.result is not None
    assert (job.state, Processed.model_validate_json(job.result)) == (State.COMPLETED, SHOWN)


@pytest.mark.parametrize("error", [None, Invalid("COVER_FORMAT", "Send another.")])
async def test_a_worker_that_lost_its_job_changes_nothing(
    covering: Covering, draft: MarketId, ada: User, world: World, error: Exception | None
) -> None:
    job_id = await covering.upload(draft, PICTURE, ada)
    (late,) = await covering.taken()
    now = world.clock.now()
    await world.runs.settle([late.execution.release()], {}, now)
    (present,) = await covering.taken()
    covering.gallery.error = error
    before = await world.tables()
    with pytest.raises(LeaseLost):
        await covering.work(late)
    assert await world.tables() == before
    covering.gallery.error = None
    assert await covering.work(present) == SHOWN
    assert (await world.queue.get(job_id)).attempt == 2


async def test_the_same_picture_twice_is_work_once(covering: Covering, draft: MarketId, ada: User) -> None:
    for _ in range(2):
        await covering.upload(draft, PICTURE, ada)
    first, second = await covering.taken()
    assert [await covering.work(first), await covering.work(second)] == [SHOWN, NOT_SHOWN]
    assert covering.gallery.seen == [PICTURE]


async def test_an_earlier_picture_may_come_back(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    for picture in (PICTURE, OTHER, PICTURE):
        await covering.upload(draft, picture, ada)
        assert await covering.process() == [SHOWN]
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_a_cover_is_seen_once_its_market_is(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process()
    await assert_refused(world, covering.shown(draft), NotFound, "COVER_NOT_FOUND")
    cover = await world.covers.preview(draft, CoverSize.CARD, ada.id)
    assert cover == await world.covers.preview(draft, CoverSize.CARD, None)
    bo = await world.user("bo")
    await assert_refused(world, world.covers.preview(draft, CoverSize.CARD, bo), NotFound, "COVER_NOT_FOUND")
    await assert_refused(world, world.covers.preview(NOWHERE, CoverSize.CARD, None), NotFound, "COVER_NOT_FOUND")
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)
    assert cover == await world.covers.cover(draft, CoverSize.CARD)
    assert (cover.size, cover.width, cover.height) == (CoverSize.CARD, 10, 5)
    await world.change.cancel(draft)
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_a_market_without_a_cover_has_none(covering: Covering, draft: MarketId, world: World) -> None:
    await world.approve(draft, 10 * POINT)
    for market_id in (draft, NOWHERE):
        await assert_refused(world, covering.shown(market_id), NotFound, "COVER_NOT_FOUND")


async def test_who_reads_of_a_market_reads_whether_it_has_a_cover(
    covering: Covering, draft: MarketId, ada: User, world: World
) -> None:
    plain = await world.draft(ada.id)

    async def covered() -> list[set[MarketId]]:
        views = (await world.queries.markets(10)).items
        lines = [await world.queries.market(market_id) for market_id in (draft, plain)]
        proposals = [*await world.proposals.proposals(10), await world.proposals.proposal(draft)]
        return [{each.market.id for each in read if each.covered} for read in (views, lines, proposals)]

    await covering.upload(draft, PICTURE, ada)
    assert await covered() == [set(), set(), set()]
    await covering.process()
    assert await covered() == [{draft}, {draft}, {draft}]


async def test_another_cover_takes_its_place(
    covering: Covering, draft: MarketId, ada: User, admin: User, world: World
) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process()
    await world.approve(draft, 10 * POINT)
    await covering.upload(draft, OTHER, admin)
    assert await covering.shown(draft) == cut_of(PICTURE), "the earlier one is shown until then"
    await covering.process()
    assert await covering.shown(draft) == cut_of(OTHER)
    assert len((await world.tables())["market_covers"]) == len(CoverSize)


async def test_a_refused_picture_is_forgotten_and_the_cover_stays(
    covering: Covering, draft: MarketId, ada: User, admin: User, world: World
) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process()
    await world.approve(draft, 10 * POINT)
    await covering.upload(draft, OTHER, admin)
    covering.gallery.error = Invalid("COVER_FORMAT", "Send another.")
    assert await covering.process() == [covering.gallery.error]
    assert await covering.waiting() == []
    assert await covering.shown(draft) == cut_of(PICTURE)
    assert sorted(await covering.states()) == ["active", "completed"], "the worker has yet to hear of the refusal"


async def test_a_refused_picture_may_be_tried_again(covering: Covering, draft: MarketId, ada: User) -> None:
    covering.gallery.error = Invalid("COVER_TOO_COSTLY", "Send another.")
    await covering.upload(draft, PICTURE, ada)
    await covering.process()
    covering.gallery.error = None
    await covering.upload(draft, PICTURE, ada)
    assert await covering.process() == [SHOWN]


async def test_a_picture_stays_while_a_retry_may_help(covering: Covering, draft: MarketId, ada: User) -> None:
    await covering.upload(draft, PICTURE, ada)
    covering.gallery.error = Unavailable("PICTURES_AWAY", "Try again.")
    assert await covering.process() == [covering.gallery.error]
    assert await covering.waiting() == [PICTURE]


@pytest.mark.parametrize("error", [None, Invalid("COVER_FORMAT", "Send another.")])
async def test_a_picture_that_comes_meanwhile_is_another_jobs(
    covering: Covering, draft: MarketId, ada: User, world: World, error: Exception | None
) -> None:
    await covering.upload(draft, PICTURE, ada)
    covering.gallery.before, covering.gallery.error = lambda: covering.upload(draft, OTHER, ada), error
    assert await covering.process() == [error or NOT_SHOWN]
    assert await covering.waiting() == [OTHER]
    assert (await world.tables())["market_covers"] == []
    covering.gallery.before = covering.gallery.error = None
    assert await covering.process() == [SHOWN]
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(OTHER)


async def test_a_picture_that_was_replaced_is_not_worked_on(covering: Covering, draft: MarketId, ada: User) -> None:
    for picture in (PICTURE, OTHER):
        await covering.upload(draft, picture, ada)
    assert await covering.process() == [NOT_SHOWN, SHOWN]
    assert covering.gallery.seen == [OTHER]


async def test_jobs_of_one_picture_at_once(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    for _ in range(5):
        await covering.upload(draft, PICTURE, ada)
    said = await covering.process()
    assert (said.count(SHOWN), said.count(NOT_SHOWN)) == (1, 4)
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_covers_of_other_markets_stay(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    second = await world.draft(ada.id)
    for market_id, picture in ((draft, PICTURE), (second, OTHER)):
        await covering.upload(market_id, picture, ada)
        assert await covering.process() == [SHOWN]
        await world.approve(market_id, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)
    assert await covering.shown(second) == cut_of(OTHER)
