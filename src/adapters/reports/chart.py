"""A figure over time as a drawing, which PDF and SVG show alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, String
from reportlab.lib.colors import Color, HexColor, white

from adapters.reports import figures
from adapters.reports.document import Chart, Kind
from adapters.reports.lettering import main_font, width
from adapters.reports.scales import figure_marks, time_marks
from application.reports.course import Course
from domain.shared.money import MILLION, POINT

SIZE = 7.5
"""Of the letters, in points of typography."""

INK, LINE, SHADE = HexColor("#57606a"), HexColor("#1f5fa8"), HexColor("#e9f0f8")
GRID, AXIS = HexColor("#e3e7eb"), HexColor("#8c959f")

_BELOW, _ABOVE, _GAP = 20.0, 8.0, 6.0

_OTHER_FONTS = 1.2
"""How much wider than ours the font may be that a page is shown in."""

_Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where a time and a figure lie in a drawing."""

    left: float
    right: float
    top: float
    course: Course
    marks: Sequence[int]

    def x(self, at: datetime) -> float:
        part = (at - self.course.since) / (self.course.until - self.course.since)
        return self.left + min(max(part, 0.0), 1.0) * (self.right - self.left)

    def y(self, figure: int) -> float:
        low, high = self.marks[0], self.marks[-1]
        return _BELOW + (figure - low) / (high - low) * (self.top - _BELOW)


def drawing(chart: Chart, across: float, height: float, slack: float = 1.0) -> Drawing:
    """The chart in a drawing of a size in points of typography; its labels have `slack` times the room they need."""
    course, marks = chart.course, _marks(chart)
    labels = [_label(chart.kind, mark) for mark in marks]
    last = _last_label(chart)
    left = slack * max(width(label, SIZE) for label in labels) + _GAP
    plane = _Plane(left, across - slack * width(last, SIZE, bold=True) - 2 * _GAP, height - _ABOVE, course, marks)
    drawn = Drawing(across, height)
    steps = list(_steps(course, plane))
    if marks[0] == 0:  # only from nought on does the area say anything
        ground = [(plane.right, _BELOW), (plane.left, _BELOW)]
        drawn.add(Polygon(_flat([*steps, *ground]), fillColor=SHADE, strokeColor=None))
    for mark, label in zip(marks, labels, strict=True):
        y = plane.y(mark)
        drawn.add(Line(plane.left, y, plane.right, y, strokeColor=GRID, strokeWidth=0.5))
        drawn.add(_string(plane.left - _GAP, y - SIZE * 0.35, label, "end"))
    _draw_times(drawn, plane)
    drawn.add(PolyLine(_flat(steps), strokeColor=LINE, strokeWidth=1.25, strokeLineJoin=1, strokeLineCap=1))
    x, y = steps[-1]
    drawn.add(Circle(x, y, 2.2, fillColor=LINE, strokeColor=white, strokeWidth=0.8))
    drawn.add(_string(x + _GAP, y - SIZE * 0.35, last, "start", LINE, bold=True))
    return drawn


def svg(chart: Chart, across: float, height: float) -> str:
    """The chart as an element of an HTML page."""
    written: str = renderSVG.drawToString(
        drawing(chart, across, height, _OTHER_FONTS),
        fontHacks={main_font(bold): {"family": "inherit", "weight": str(400 + 200 * bold)} for bold in (False, True)},
        svgAttrs={"role": "img", "aria-label": chart.caption},
    )
    return written[written.index("<svg") :]


def _marks(chart: Chart) -> Sequence[int]:
    if chart.kind is Kind.PERCENT:
        return range(0, MILLION + 1, MILLION // 4)
    course = chart.course
    known = [course.first, *(each.low for each in course.stretches), *(each.high for each in course.stretches)]
    low, high = min(known), max(known)
    if low == high:
        return figure_marks(0, max(high, POINT))
    return figure_marks(0 if 2 * low <= high else low, high)


def _label(kind: Kind, figure: int) -> str:
    return (
        f"{figure * 100 // MILLION} %"
        if kind is Kind.PERCENT
        else figures.points(figure, figures.places_of([figure], 0))
    )


def _last_label(chart: Chart) -> str:
    course = chart.course
    last = course.stretches[-1].last if course.stretches else course.first
    return figures.percent(last) if chart.kind is Kind.PERCENT else figures.points(last)


def _steps(course: Course, plane: _Plane) -> Iterator[tuple[float, float]]:
    """The line: level until the figure moves, and where it moved often, from its lowest to its highest."""
    y = plane.y(course.first)
    yield plane.left, y
    for stretch in course.stretches:
        x = plane.x(stretch.start)
        yield x, y
        y = plane.y(stretch.last)
        for figure in (stretch.low, stretch.high):
            if figure != stretch.last:
                yield x, plane.y(figure)
        yield x, y
    yield plane.right, y


def _draw_times(drawn: Drawing, plane: _Plane) -> None:
    drawn.add(Line(plane.left, _BELOW, plane.right, _BELOW, strokeColor=AXIS, strokeWidth=0.75))
    for at, label in time_marks(plane.course.since, plane.course.until):
        x = plane.x(at)
        drawn.add(Line(x, _BELOW, x, _BELOW - 3, strokeColor=AXIS, strokeWidth=0.75))
        half = width(label, SIZE) / 2
        if plane.left + half <= x + _GAP + half and x + half <= drawn.width:
            drawn.add(_string(x, _BELOW - 3 - SIZE * 1.2, label, "middle"))


def _string(x: float, y: float, text: str, anchor: _Anchor, color: Color = INK, *, bold: bool = False) -> String:
    return String(x, y, text, fontName=main_font(bold), fontSize=SIZE, fillColor=color, textAnchor=anchor)


def _flat(points: Sequence[tuple[float, float]]) -> list[float]:
    return [part for point in points for part in point]
