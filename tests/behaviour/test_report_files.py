"""Finished files: kept once, for a while, so many of each user."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from application.reports.bounds import MAX_BYTES, MAX_FILES
from application.reports.files import ReportFile
from application.reports.read_report import ReadReport
from application.reports.request import ReportFormat, ReportKind, Requester
from application.shared.store import StoreError
from domain.shared.errors import Invalid, NotFound
from domain.shared.ids import ReportId, UserId
from tests.behaviour.paging import all_of
from tests.behaviour.world import World

ADA, BO = UserId(UUID(int=1)), UserId(UUID(int=2))
HOUR = timedelta(hours=1)


async def kept(world: World, owner: UserId = ADA, lasts: timedelta = HOUR, content: bytes = b"text") -> ReportFile:
    """A new file."""
    now, report_id = world.clock.now(), ReportId(world.ids.new())
    about = ReportKind.MARKET, UUID(int=3), ReportFormat.CSV
    file = ReportFile(report_id, *about, owner, "text/csv", "m.csv", len(content), now, now + lasts)
    await world.reports.save(file, content)
    return file


async def listed(world: World, owner: UserId = ADA, limit: int = 200) -> list[ReportId]:
    """Ids of a user's files, from the newest on."""
    now = world.clock.now()
    files = await all_of(lambda before: world.reports.files(owner, now, limit, before), limit)
    return [file.id for file in files]


async def stored(world: World) -> set[UUID]:
    return {row["id"] for row in (await world.tables())["reports"]}


async def test_it_reads_as_it_was_kept(world: World) -> None:
    content = bytes(range(256))
    file = await kept(world, content=content)
    now = world.clock.now()
    assert await world.reports.file(file.id, now) == file
    assert await world.reports.content(file.id, now) == content
    assert (await world.reports.files(ADA, now, 1)).items == [file]


async def test_the_first_of_an_id_stays(world: World) -> None:
    file = await kept(world)
    await world.reports.save(replace(file, file_name="other.csv", size=5), b"other")
    assert await world.reports.file(file.id, world.clock.now()) == file
    assert await world.reports.content(file.id, world.clock.now()) == b"text"


async def test_until_it_expires(world: World) -> None:
    file = await kept(world)
    last = file.expires_at - timedelta(microseconds=1)
    assert await world.reports.content(file.id, last) == b"text"
    for read in (world.reports.file, world.reports.content):
        with pytest.raises(NotFound) as gone:
            await read(file.id, file.expires_at)
        assert gone.value.code == "REPORT_NOT_FOUND"
    assert (await world.reports.files(ADA, file.expires_at, 10)).items == []


async def test_the_next_one_makes_those_forgotten_that_expired(world: World) -> None:
    await kept(world)
    lasting = await kept(world, BO, lasts=3 * HOUR)
    world.clock.advance(HOUR)
    new = await kept(world, BO)
    assert await stored(world) == {lasting.id, new.id}


async def test_so_many_of_each_user(world: World) -> None:
    others = await kept(world, BO)
    files = [(await kept(world)).id for _ in range(MAX_FILES + 2)]
    assert await listed(world) == files[:1:-1]
    assert await stored(world) == {others.id, *files[2:]}


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_the_list_page_by_page(world: World, limit: int) -> None:
    files = [(await kept(world, owner)).id for owner in (ADA, BO, ADA, ADA, BO)]
    assert await listed(world, ADA, limit) == [files[at] for at in (3, 2, 0)]
    assert await listed(world, BO, limit) == [files[at] for at in (4, 1)]
    with pytest.raises(Invalid):
        await world.reports.files(ADA, world.clock.now(), 201)


async def test_no_file_is_too_large(world: World) -> None:
    with pytest.raises(StoreError):
        await kept(world, content=bytes(MAX_BYTES + 1))
    assert len(await world.reports.content((await kept(world, content=bytes(MAX_BYTES))).id, world.clock.now()))


async def test_who_may_read_it(world: World) -> None:
    file, read = await kept(world), ReadReport(world.reports, world.clock)
    for reader in (Requester(ADA), Requester(BO, administers=True)):
        assert await read(file.id, reader) == (file, b"text")
    for report_id, reader in ((file.id, Requester(BO)), (ReportId(world.ids.new()), Requester(BO, administers=True))):
        with pytest.raises(NotFound) as refused:
            await read(report_id, reader)
        assert refused.value.code == "REPORT_NOT_FOUND"


async def test_anothers_statement_stays_with_administrators(world: World) -> None:
    """Not with who was one when he asked for it, and not with his API keys."""
    now, report_id = world.clock.now(), ReportId(world.ids.new())
    about = ReportKind.STATEMENT, BO, ReportFormat.CSV
    file = ReportFile(report_id, *about, ADA, "text/csv", "s.csv", 4, now, now + HOUR)
    await world.reports.save(file, b"text")
    read = ReadReport(world.reports, world.clock)
    assert await read(report_id, Requester(ADA, administers=True)) == (file, b"text")
    with pytest.raises(NotFound):
        await read(report_id, Requester(ADA))
