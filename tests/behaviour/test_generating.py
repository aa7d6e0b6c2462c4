"""Making a report: for whom, once, with progress, and never where it does not add up."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from application.reports.bounds import MAX_BYTES, ReportBounds
from application.reports.generate_report import GenerateReport
from application.reports.market_report import LedgerSums
from application.reports.ports import Drawn, Movement, Report, ReportSource, Snapshot
from application.reports.request import Period, ReportFormat, ReportKind, ReportRequest, Requester
from application.reports.sound import DoesNotAddUp
from domain.shared.errors import Forbidden, Invalid, NotFound
from domain.shared.ids import MarketId, ReportId, UserId
from domain.shared.money import POINT
from domain.trading.orders import Buy
from tests.behaviour.reporting import (
    DAY,
    NOBODY,
    YES,
    ByHand,
    Heard,
    Told,
    about,
    by_hand,
    generator,
    reported,
    statement_for,
)
from tests.behaviour.world import World


class TooLarge:
    """Implements the Renderer port: no store keeps what it draws."""

    async def __call__(self, report: Report, report_format: ReportFormat) -> Drawn:
        return Drawn(bytes(MAX_BYTES + 1), "text/plain", f"large {report.made_at}.{report_format}")


async def test_it_is_made_once_for_its_id(world: World) -> None:
    scene, heard, told = await by_hand(world), Heard(), Told()
    generate, report_id = generator(world, heard), ReportId(world.ids.new())
    file = await generate(report_id, about(scene.market), told)
    content = await world.reports.content(report_id, world.clock.now())
    world.clock.advance(DAY)
    assert await generate(report_id, about(scene.market), told) == file
    assert (len(heard.reports), await world.reports.content(report_id, world.clock.now())) == (1, content)
    assert (file.size, file.requested_by, file.file_name) == (len(content), NOBODY.user_id, "report.pdf")


async def test_what_the_file_says_of_itself(world: World) -> None:
    scene, bounds = await by_hand(world), ReportBounds(kept=3 * DAY)
    request = statement_for(scene.ada, scene.day(0), scene.day(4))
    file = await generator(world, Heard(), bounds)(ReportId(world.ids.new()), request, Told())
    assert (file.kind, file.subject_id, file.format) == (ReportKind.STATEMENT, scene.ada, ReportFormat.PDF)
    assert (file.created_at, file.expires_at) == (world.clock.now(), world.clock.now() + 3 * DAY)
    assert await world.reports.file(file.id, world.clock.now()) == file


async def test_progress_rises_to_the_end(world: World) -> None:
    scene = await by_hand(world)
    for request in (about(scene.market), statement_for(scene.ada, scene.day(0), scene.day(4))):
        told = Told()
        await generator(world, Heard())(ReportId(world.ids.new()), request, told)
        assert told.percents == sorted(told.percents)
        assert (told.percents[0], told.percents[-1]) == (0, 100)


async def test_a_csv_file_has_more_trades_than_a_page(world: World) -> None:
    scene, bounds = await by_hand(world), ReportBounds(rows=2, trades=1)
    for report_format, trades in ((ReportFormat.HTML, 1), (ReportFormat.PDF, 1), (ReportFormat.CSV, 2)):
        report: Any = await reported(world, replace(about(scene.market), format=report_format), bounds)
        assert len(report.trades.items) == trades


async def test_who_may_have_a_market_s(world: World) -> None:
    scene = await by_hand(world)
    draft = await world.draft(scene.ada)
    for requester in (Requester(scene.bo), Requester(scene.treasury, administers=True)):
        await reported(world, about(scene.market, requester))
    for requester in (Requester(scene.ada), Requester(scene.treasury, administers=True)):
        await reported(world, about(draft, requester))
    for market_id in (draft, MarketId(world.ids.new())):
        with pytest.raises(NotFound) as not_found:
            await reported(world, about(market_id, Requester(scene.bo)))
        assert not_found.value.code == "MARKET_NOT_FOUND"


async def test_who_may_have_a_statement(world: World) -> None:
    scene = await by_hand(world)
    period = scene.day(0), scene.day(4)
    for requester in (Requester(scene.ada), Requester(scene.bo, administers=True)):
        await reported(world, statement_for(scene.ada, *period, requester))
    with pytest.raises(Forbidden) as refused:
        await reported(world, statement_for(scene.ada, *period, Requester(scene.bo)))
    assert refused.value.code == "STATEMENT_NOT_YOURS"
    with pytest.raises(NotFound) as not_found:
        await reported(world, statement_for(UserId(world.ids.new()), *period, Requester(scene.bo, administers=True)))
    assert not_found.value.code == "USER_NOT_FOUND"


async def test_a_file_too_large_is_not_kept(world: World) -> None:
    scene, report_id = await by_hand(world), ReportId(world.ids.new())
    generate = GenerateReport(world.report_source, TooLarge(), world.reports, world.clock)
    with pytest.raises(Invalid) as refused:
        await generate(report_id, about(scene.market), Told())
    assert refused.value.code == "REPORT_TOO_LARGE"
    with pytest.raises(NotFound):
        await world.reports.file(report_id, world.clock.now())


async def test_a_period_goes_with_a_statement_alone(world: World) -> None:
    scene = await by_hand(world)
    who, period = Requester(scene.ada), Period(scene.day(0), scene.day(4))
    for kind, unfit in ((ReportKind.STATEMENT, None), (ReportKind.MARKET, period)):
        with pytest.raises(Invalid) as refused:
            ReportRequest(kind, scene.ada, ReportFormat.CSV, who, unfit)
        assert refused.value.code == "PERIOD"
    with pytest.raises(Invalid):
        Period(scene.day(1), scene.day(1))


async def test_a_snapshot_is_of_one_moment(world: World) -> None:
    scene = await by_hand(world)
    async with world.report_source() as snapshot:
        before = await snapshot.market(scene.market)
        await world.place(scene.bo, scene.market, Buy(YES, POINT))
        assert (await snapshot.sums(scene.market)).entries == before.book.seq
        account = await snapshot.account(scene.bo)
        moved = [each async for page in snapshot.movements(scene.bo) for each in page]
        assert (account.user.balance, account.movements, len(moved)) == (950 * POINT, 2, 2)
    async with world.report_source() as later:
        assert (await later.sums(scene.market)).entries == before.book.seq + 1


@dataclass(frozen=True)
class Crooked:
    """A snapshot of which one thing is not as it was."""

    snapshot: Snapshot
    change: Callable[[Any], Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.snapshot, name)

    async def sums(self, market_id: MarketId) -> LedgerSums:
        sums: LedgerSums = self.change(await self.snapshot.sums(market_id))
        return sums

    async def movements(self, user_id: UserId) -> AsyncIterator[Sequence[Movement]]:
        every = [movement async for page in self.snapshot.movements(user_id) for movement in page]
        yield self.change(every)


def crooked(source: ReportSource, change: Callable[[Any], Any]) -> ReportSource:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Snapshot]:
        async with source() as snapshot:
            yield Crooked(snapshot, change)

    return opened


async def refused(scene: ByHand, request: ReportRequest, change: Callable[[Any], Any]) -> str:
    """Why nothing is made of a changed ledger; as it is, the same report is made."""
    world, heard, report_id = scene.world, Heard(), ReportId(scene.world.ids.new())
    await reported(world, request)
    source = crooked(world.report_source, change)
    with pytest.raises(DoesNotAddUp) as wrong:
        await GenerateReport(source, heard, world.reports, world.clock)(report_id, request, Told())
    with pytest.raises(NotFound):
        await world.reports.file(report_id, world.clock.now())
    assert heard.reports == []
    return str(wrong.value).partition(":")[0]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("entries", "ledger entries"),
        ("collateral", "collateral"),
        ("vault_fees", "fees of the vault"),
        ("swept", "fees of the vault"),
        ("lp_fees", "fees of the providers"),
        ("claimed", "fees of the providers"),
        ("trades", "trades"),
        ("volume", "volume"),
    ],
)
async def test_a_market_that_does_not_add_up(world: World, field: str, said: str) -> None:
    scene = await by_hand(world)

    def change(sums: Any) -> Any:
        return replace(sums, **{field: getattr(sums, field) + 1})

    assert await refused(scene, about(scene.market), change) == said


def without(at: int) -> Callable[[list[Movement]], list[Movement]]:
    """All movements but one."""
    return lambda every: every[:at] + every[at + 1 :]


def richer(every: list[Movement]) -> list[Movement]:
    """The last movement brought one µP more."""
    *rest, last = every
    entry: Any = last.moved
    return [*rest, replace(last, moved=replace(entry, amount_out=entry.amount_out + 1))]


@pytest.mark.parametrize("change", [without(0), without(-1), richer], ids=["grant", "sale", "amount"])
async def test_a_statement_that_does_not_add_up(world: World, change: Callable[[Any], Any]) -> None:
    scene = await by_hand(world)
    request = statement_for(scene.ada, scene.day(0), scene.day(4))
    assert await refused(scene, request, change) == "balance"
