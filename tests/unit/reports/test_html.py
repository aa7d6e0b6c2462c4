"""HTML pages: whole, harmless, and the same figures."""

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from adapters.reports.html import POLICY
from adapters.reports.rendering import drawn
from application.reports.ports import Report
from application.reports.request import ReportFormat
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy
from tests.behaviour.reporting import ByHand, by_hand, market_report, statement
from tests.behaviour.world import World

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\" '&amp;"


class Page(HTMLParser):
    """Elements with their attributes, and the text of cells, row by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self._in_row = False
        self.source = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self._in_row = True
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_row = self._in_row and tag != "table"

    def handle_data(self, data: str) -> None:
        self.words += data.split()
        if self._in_row and data.strip():
            self.rows[-1][-1] += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(report: Report) -> Page:
    file = drawn(report, ReportFormat.HTML)
    assert file.media_type == "text/html"
    return Page(file.content.decode())


async def test_the_figures_of_a_market(scene: ByHand) -> None:
    page = page_of(await market_report(scene.world, scene.market))
    assert page.rows[:2] == [["Holder", "YES shares", "NO shares", "Worth, points"], ["bo", "–", "135.00", "108.00"]]
    assert page.rows[3] == [
        *("2026-03-05 12:00:00", "4", "ada", "Sold YES", "135.00", "0.30000", "4.50", "40.50", "20.00 %"),
    ]
    assert len(page.rows) == 2 + 1 + 3
    assert {"190.50", "19.50", "180.00"} <= set(page.words)


async def test_the_figures_of_a_statement(scene: ByHand) -> None:
    page = page_of(await statement(scene.world, scene.ada, scene.day(1), scene.day(4)))
    assert ["Closing balance", "940.50"] in page.rows
    assert ["All markets", "", "100.00", "40.50", "14.50", "−59.50"] in page.rows
    assert page.rows[-1] == [
        *("2026-03-05 12:00:00", "Sold YES", "Will it rain?", "−135.00", "0.30000", "4.50", "+40.50", "940.50"),
    ]


async def test_it_needs_nothing_else_and_runs_nothing(scene: ByHand) -> None:
    for report in (
        await market_report(scene.world, scene.market),
        await statement(scene.world, scene.ada, scene.day(0), scene.day(4)),
    ):
        page = page_of(report)
        assert not {"script", "link", "img", "iframe", "object", "a", "form"} & {tag for tag, _ in page.elements}
        for _, attributes in page.elements:
            assert not {"src", "href", "xlink:href"} & set(attributes)
            assert not [name for name in attributes if name.startswith("on")]
        assert "@import" not in page.source
        assert page.source.count("url(") == page.source.count("url(#clip)")
        assert POLICY in [meta.get("content") for meta in page.named("meta")]


async def test_its_chart_is_a_drawing_with_marks(scene: ByHand) -> None:
    page = page_of(await market_report(scene.world, scene.market))
    svg = page.source[page.source.index("<svg") : page.source.index("</svg>") + len("</svg>")]
    chart = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    labels = [text.text for text in chart.iter(f"{space}text")]
    assert labels[:5] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert labels[5:] == ["12:00", "3 Mar", "12:00", "4 Mar", "12:00", "5 Mar", "12:00", "6 Mar", "12:00", "20.0 %"]
    (line,) = chart.iter(f"{space}polyline")
    assert len(line.attrib["points"].split(", ")) == 1 + 2 * 4 + 1  # two for each stretch, and the ends
    assert chart.attrib["aria-label"] == "Probability of YES, 2 March 2026 to 6 March 2026; times in UTC"


async def test_what_people_write_stays_text(world: World) -> None:
    scene = await by_hand(world, EVIL)
    eve = await world.user("<b>eve</b>")
    await world.place(eve, scene.market, Buy(Outcome.YES, POINT))
    page = page_of(await market_report(world, scene.market))
    assert "script" not in {tag for tag, _ in page.elements}
    assert "b" not in {tag for tag, _ in page.elements}
    assert "<b>eve</b>" in page.rows[-4]
    assert page.source.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


@pytest.mark.parametrize("title", ["האם יירד גשם?", "🚀 月"])
async def test_every_title_keeps_its_letters_and_finds_its_direction(world: World, title: str) -> None:
    scene = await by_hand(world, title)
    page = page_of(await market_report(world, scene.market))
    assert page.source.count(title) == 2
    assert page.named("h1") == [{"dir": "auto"}]
