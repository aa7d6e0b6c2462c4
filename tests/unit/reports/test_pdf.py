"""PDF files, read by another library."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.reports.lettering import REPLACEMENT
from adapters.reports.rendering import drawn
from application.reports.bounds import ReportBounds
from application.reports.ports import Report
from application.reports.request import ReportFormat
from domain.shared.money import POINT
from domain.trading.orders import Mint
from tests.behaviour.reporting import DAY, ByHand, by_hand, market_report, statement
from tests.behaviour.world import World


def opened(report: Report) -> PdfReader:
    file = drawn(report, ReportFormat.PDF)
    assert file.media_type == "application/pdf"
    return PdfReader(BytesIO(file.content), strict=True)


def texts(report: Report) -> list[str]:
    """What is written on each page, with single spaces."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in opened(report).pages]


async def test_a_market_on_one_page(scene: ByHand) -> None:
    (page,) = texts(await market_report(scene.world, scene.market))
    for text in (
        *("MARKET REPORT", "Will it rain?", "weather · Open for trading · as of 6 March 2026, 12:00 UTC"),
        *("20.0 %", "opened at 50.0 %", "190.50", "3 trades", "19.50", "9.75 to providers", "180.00"),
        *("100 %", "75 %", "0 %", "3 Mar", "6 Mar", "At noon.", "10 % of a trade, of which 50 % goes to"),
        *("bo – 135.00 108.00", "Page 1 of 1", f"Market {scene.market}"),
        "2026-03-05 12:00:00 4 ada Sold YES 135.00 0.30000 4.50 40.50 20.00 %",
        "2026-03-03 12:00:00 2 ada Bought YES 135.00 0.74074 10.00 100.00 80.00 %",
    ):
        assert text in page


async def test_a_settlement(scene: ByHand) -> None:
    await scene.world.change.cancel(scene.market)
    await scene.world.settle(scene.market)
    (page, *_) = texts(await market_report(scene.world, scene.market))
    for text in (
        *("Cancelled", "last price 20.0 %", "Refunded to holders 50.00 points to 1 holder"),
        "Refunded to liquidity providers 130.00 points to 1 provider",
        "Settled: everybody is paid and nothing is left",
    ):
        assert text in page


async def test_a_statement(scene: ByHand) -> None:
    pages = texts(await statement(scene.world, scene.ada, scene.day(1), scene.day(4)))
    whole = " ".join(pages)
    for text in (
        *("STATEMENT OF ACCOUNT", "3 March 2026, 12:00 UTC to 6 March 2026, 12:00 UTC"),
        *("Opening balance 1,000.00", "Received in markets 40.50", "Paid in markets −100.00"),
        *("Closing balance 940.50", "Fees, in what was paid and received: 14.50 points."),
        "Will it rain? 2 100.00 40.50 14.50 −59.50",
        "No shares were held at the end of the period.",
        "2026-03-03 12:00:00 Bought YES Will it rain? +135.00 0.74074 10.00 −100.00 900.00",
        "2026-03-05 12:00:00 Sold YES Will it rain? −135.00 0.30000 4.50 +40.50 940.50",
    ):
        assert text in whole


async def test_pages_are_numbered_and_heads_repeated(scene: ByHand) -> None:
    world = scene.world
    for _ in range(100):
        world.clock.advance(timedelta(minutes=1))
        await world.place(scene.bo, scene.market, Mint(POINT))
    world.clock.advance(DAY)
    report = await statement(world, scene.bo, scene.day(0), world.clock.now())
    pages = texts(report)
    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert page.endswith(f"{report.made_at:%-d %B %Y, %H:%M} UTC")
    for page in pages[2:]:
        assert "Time (UTC) Movement Market Shares Price Fee Amount Balance" in page
        assert page.startswith("Statement of account · bo")
    assert sum(page.count("Minted pairs") for page in pages) == 100
    assert sum(page.count(":00 Bought NO") for page in pages) == 1


async def test_what_is_left_out_is_said(scene: ByHand) -> None:
    bounds = ReportBounds(rows=1, trades=2)
    (market,) = texts(await market_report(scene.world, scene.market, bounds))
    assert "Last trades, newest first" in market
    assert "The last 2 of 3 trades." in market
    whole = " ".join(texts(await statement(scene.world, scene.ada, scene.day(0), scene.day(4), bounds)))
    assert "The first 1 of 2 movements." in whole
    assert "Bought YES" in whole
    assert "Sold YES" not in whole


async def test_nothing_to_show(world: World) -> None:
    treasury = await world.treasury()
    draft, opened_market = await world.draft(treasury), await world.market(treasury)
    for market_id, status in ((draft, "Waiting for approval"), (opened_market, "Open for trading")):
        (page,) = texts(await market_report(world, market_id))
        for text in (status, "Nobody has traded."):
            assert text in page


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Will 🚀 launch at 月?", f"Will {REPLACEMENT} launch at {REPLACEMENT}?"),
        ("Ελένη, Żółć & Ђорђе", "Ελένη, Żółć & Ђорђе"),
        ("Two\nlines", "Two lines"),
        ("W" * 300, "W" * 20),
    ],
)
async def test_titles_of_any_kind(world: World, title: str, shown: str) -> None:
    scene = await by_hand(world, title)
    (page, *_) = texts(await market_report(world, scene.market))
    assert shown in page


async def test_fonts_are_embedded_in_part(scene: ByHand) -> None:
    file = opened(await market_report(scene.world, scene.market))
    fonts: dict[str, Any] = file.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    used = [font.get_object() for name, font in fonts.items() if name != "/F1"]  # F1 is the library's own, unused
    assert used
    for font in used:
        assert len(font["/FontDescriptor"]["/FontFile2"].get_data()) < 100_000
    assert {name.split("+")[-1] for name in (font["/BaseFont"] for font in used)} >= {
        "NotoSans-Regular",
        "NotoSans-Bold",
    }
