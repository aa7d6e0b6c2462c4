"""CSV files: exact, and read by spreadsheets as they are meant."""

import csv
from decimal import Decimal
from io import StringIO

from adapters.reports.rendering import drawn
from application.reports.bounds import ReportBounds
from application.reports.ports import Report
from application.reports.request import ReportFormat
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy
from tests.behaviour.reporting import DAY, ByHand, by_hand, market_report, statement
from tests.behaviour.test_portfolios import merchant
from tests.behaviour.world import World

MARKET = """\
Time (UTC),Entry,Trader,Trade,Shares,Price,Fee,Amount,YES after
2026-03-05T12:00:00+00:00,4,ada,Sold YES,135.000000,0.300000,4.500000,40.500000,0.200000
2026-03-04T12:00:00+00:00,3,bo,Bought NO,135.000000,0.370370,5.000000,50.000000,0.500000
2026-03-03T12:00:00+00:00,2,ada,Bought YES,135.000000,0.740740,10.000000,100.000000,0.800000
"""

STATEMENT = """\
Time (UTC),Movement,Market,Shares,Price,Fee,Amount,Balance
2026-03-01T12:00:00+00:00,Grant by an administrator,,,,,1000.000000,1000.000000
2026-03-03T12:00:00+00:00,Bought YES,Will it rain?,135.000000,0.740740,10.000000,-100.000000,900.000000
2026-03-05T12:00:00+00:00,Sold YES,Will it rain?,-135.000000,0.300000,4.500000,40.500000,940.500000
"""


def text_of(report: Report) -> str:
    file = drawn(report, ReportFormat.CSV)
    assert file.media_type == "text/csv"
    return file.content.decode().replace("\r\n", "\n")


async def test_a_market(scene: ByHand) -> None:
    assert text_of(await market_report(scene.world, scene.market)) == MARKET


async def test_a_statement(scene: ByHand) -> None:
    assert text_of(await statement(scene.world, scene.ada, scene.day(-1), scene.day(4))) == STATEMENT


async def test_what_is_left_out_is_said_in_the_last_line(scene: ByHand) -> None:
    bounds = ReportBounds(rows=2, trades=2)
    *rows, note = text_of(await market_report(scene.world, scene.market, bounds)).splitlines()
    assert (rows, note) == (MARKET.splitlines()[:3], "The last 2 of 3 trades.")


async def test_no_text_becomes_a_formula(world: World) -> None:
    scene = await by_hand(world, '=HYPERLINK("http://example.org")')
    eve = await world.user("@SUM(A1)")
    await world.place(eve, scene.market, Buy(Outcome.YES, POINT))
    assert "'@SUM(A1)" in text_of(await market_report(world, scene.market))
    rows = list(csv.reader(StringIO(text_of(await statement(world, scene.ada, scene.day(0), scene.day(4))))))
    assert {row[2] for row in rows[1:]} == {'\'=HYPERLINK("http://example.org")'}


async def test_its_rows_add_up_to_the_last_place(world: World) -> None:
    ada, _ = await merchant(world)
    world.clock.advance(DAY)
    report = await statement(world, ada, world.clock.now() - 9 * DAY, world.clock.now())
    rows = list(csv.DictReader(StringIO(text_of(report))))
    assert sum(Decimal(row["Amount"]) for row in rows) * POINT == report.closing.balance
    assert Decimal(rows[-1]["Balance"]) * POINT == report.closing.balance
    assert sum(Decimal(row["Fee"] or 0) for row in rows) * POINT == report.flow.fees
