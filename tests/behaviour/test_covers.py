"""Covers: who may give them, what becomes of the pictures, and who sees them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from application.covers.cover import MAX_SOURCE_BYTES, Cover, CoverSize, Source
from application.covers.ports import CoversTransaction
from application.covers.process_cover import ProcessCover
from application.covers.upload_cover import UploadCover
from domain.accounts.user import Role, User
from domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from domain.shared.ids import JobId, MarketId, UserId
from domain.shared.money import POINT
from tests.behaviour.refusals import assert_refused
from tests.behaviour.world import World

NOWHERE = MarketId(UUID(int=404))
PICTURE, OTHER = b"a picture", b"another picture"


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


class Jobs:
    """Implements the CoverJobs port."""

    def __init__(self) -> None:
        self.added: list[tuple[MarketId, UserId]] = []

    async def process(self, transaction: CoversTransaction, market_id: MarketId, by: UserId) -> JobId:
        assert await transaction.covers.source(market_id), "the job finds its picture"
        self.added.append((market_id, by))
        return JobId(UUID(int=len(self.added)))


class Covering:
    """The use cases on a world."""

    def __init__(self, world: World) -> None:
        self.world, self.jobs, self.gallery = world, Jobs(), Gallery()
        self.upload = UploadCover(world.transactions, self.jobs, world.clock)
        self.process = ProcessCover(world.transactions, self.gallery)

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


async def test_a_picture_waits_for_its_job(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    assert await covering.upload(draft, PICTURE, ada) == UUID(int=1)
    assert covering.jobs.added == [(draft, ada.id)]
    (row,) = (await world.tables())["cover_sources"]
    assert row == {"market_id": draft, "digest": Source(PICTURE, ada.id, world.clock.now()).digest, "data": PICTURE} | {
        "uploaded_by": ada.id,
        "uploaded_at": world.clock.now(),
    }


async def test_who_may_give_a_cover(covering: Covering, draft: MarketId, ada: User, admin: User, world: World) -> None:
    bo = User(await world.user("bo"), "bo")
    await assert_refused(world, covering.upload(draft, PICTURE, bo), Forbidden, "NOT_YOUR_PROPOSAL")
    await assert_refused(world, covering.upload(NOWHERE, PICTURE, admin), NotFound, "MARKET_NOT_FOUND")
    await covering.upload(draft, PICTURE, ada)
    await world.approve(draft, 10 * POINT)
    await assert_refused(world, covering.upload(draft, OTHER, ada), Conflict, "COVER_FIXED")
    await covering.upload(draft, OTHER, admin)
    assert await covering.waiting() == [OTHER]


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
    await covering.process(draft)
    tables = await world.tables()
    assert tables["cover_sources"] == []
    assert [(row["size"], row["uploaded_by"], row["uploaded_at"]) for row in tables["market_covers"]] == [
        (size, ada.id, uploaded_at) for size in sorted(CoverSize)
    ]


async def test_a_repeated_job_finds_nothing_to_do(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    await covering.process(draft)
    await covering.upload(draft, PICTURE, ada)
    await covering.process(draft)
    before = await world.tables()
    await covering.process(draft)
    assert covering.gallery.seen == [PICTURE]
    assert await world.tables() == before


async def test_a_cover_is_seen_once_its_market_is(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process(draft)
    await assert_refused(world, covering.shown(draft), NotFound, "COVER_NOT_FOUND")
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)
    cover = await world.covers.cover(draft, CoverSize.CARD)
    assert (cover.size, cover.width, cover.height) == (CoverSize.CARD, 10, 5)
    await world.change.cancel(draft)
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_a_market_without_a_cover_has_none(covering: Covering, draft: MarketId, world: World) -> None:
    await world.approve(draft, 10 * POINT)
    for market_id in (draft, NOWHERE):
        await assert_refused(world, covering.shown(market_id), NotFound, "COVER_NOT_FOUND")


async def test_another_cover_takes_its_place(
    covering: Covering, draft: MarketId, ada: User, admin: User, world: World
) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process(draft)
    await world.approve(draft, 10 * POINT)
    await covering.upload(draft, OTHER, admin)
    assert await covering.shown(draft) == cut_of(PICTURE), "the earlier one is shown until then"
    await covering.process(draft)
    assert await covering.shown(draft) == cut_of(OTHER)
    assert len((await world.tables())["market_covers"]) == len(CoverSize)


async def test_a_refused_picture_is_forgotten_and_the_cover_stays(
    covering: Covering, draft: MarketId, ada: User, admin: User, world: World
) -> None:
    await covering.upload(draft, PICTURE, ada)
    await covering.process(draft)
    await world.approve(draft, 10 * POINT)
    await covering.upload(draft, OTHER, admin)
    covering.gallery.error = Invalid("COVER_FORMAT", "Send another.")
    with pytest.raises(Invalid):
        await covering.process(draft)
    assert await covering.waiting() == []
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_a_picture_stays_while_a_retry_may_help(covering: Covering, draft: MarketId, ada: User) -> None:
    await covering.upload(draft, PICTURE, ada)
    covering.gallery.error = Unavailable("PICTURES_AWAY", "Try again.")
    with pytest.raises(Unavailable):
        await covering.process(draft)
    assert await covering.waiting() == [PICTURE]


@pytest.mark.parametrize("error", [None, Invalid("COVER_FORMAT", "Send another.")])
async def test_a_picture_that_comes_meanwhile_is_another_jobs(
    covering: Covering, draft: MarketId, ada: User, world: World, error: Exception | None
) -> None:
    await covering.upload(draft, PICTURE, ada)
    covering.gallery.before, covering.gallery.error = lambda: covering.upload(draft, OTHER, ada), error
    await asyncio.gather(covering.process(draft), return_exceptions=True)
    assert await covering.waiting() == [OTHER]
    assert (await world.tables())["market_covers"] == []
    covering.gallery.before = covering.gallery.error = None
    await covering.process(draft)
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(OTHER)


async def test_two_jobs_at_the_same_time(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    await covering.upload(draft, PICTURE, ada)
    await asyncio.gather(*(covering.process(draft) for _ in range(5)))
    await world.approve(draft, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)


async def test_covers_of_other_markets_stay(covering: Covering, draft: MarketId, ada: User, world: World) -> None:
    second = await world.draft(ada.id)
    for market_id, picture in ((draft, PICTURE), (second, OTHER)):
        await covering.upload(market_id, picture, ada)
        await covering.process(market_id)
        await world.approve(market_id, 10 * POINT)
    assert await covering.shown(draft) == cut_of(PICTURE)
    assert await covering.shown(second) == cut_of(OTHER)
