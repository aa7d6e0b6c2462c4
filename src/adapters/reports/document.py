"""A report as headings, figures, charts and tables, whatever it is written as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TypeAlias

from adapters.reports import figures
from application.reports.course import Course

NOTHING = "–"


class Kind(Enum):
    """What a column or a chart shows; points, shares and prices in micro-units, percentages in millionths."""

    TEXT = auto()
    TIME = auto()
    COUNT = auto()
    POINTS = auto()
    SHARES = auto()
    PRICE = auto()
    PERCENT = auto()


EXACT = frozenset({Kind.POINTS, Kind.SHARES, Kind.PRICE})
"""What is counted in micro-units."""

Cell: TypeAlias = str | int | datetime | None
Row: TypeAlias = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `signed` ones say with a plus what came in, `long` ones hold whatever people wrote."""

    title: str
    kind: Kind = Kind.TEXT
    signed: bool = False
    long: bool = False

    @property
    def numeric(self) -> bool:
        """Whether its cells are set flush right."""
        return self.kind not in (Kind.TEXT, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading; `note` is said below them, and `empty` where there are none. A `narrow` one keeps to half
    of the page."""

    heading: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    note: str = ""
    empty: str = ""
    narrow: bool = False

    def texts(self) -> Iterator[Sequence[str]]:
        """The rows as they are printed, the total last; the figures of a column have as many decimal places."""
        every = [*self.rows, self.total] if self.total else self.rows
        places = [_places(column, [row[at] for row in every]) for at, column in enumerate(self.columns)]
        for row in every:
            nothing = "" if row is self.total else NOTHING
            cells = zip(self.columns, row, places, strict=True)
            yield [nothing if cell is None else _text(column, cell, exact) for column, cell, exact in cells]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that counts, what it is, and what belongs to it."""

    label: str
    text: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The most important figures, side by side."""

    items: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure over time."""

    heading: str
    caption: str
    kind: Kind
    course: Course


@dataclass(frozen=True, slots=True)
class Prose:
    """What somebody wrote."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be known, by name."""

    heading: str
    items: Sequence[tuple[str, str]]


Block: TypeAlias = Figures | Chart | Prose | Facts | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `reference` is the id of its subject, `records` the table that is its CSV file."""

    kind: str
    title: str
    subtitle: str
    blocks: Sequence[Block]
    records: Table
    file_stem: str
    reference: str
    made_at: datetime
    landscape: bool = False


def _places(column: Column, cells: Sequence[Cell]) -> int:
    return figures.places_of(cell for cell in cells if isinstance(cell, int)) if column.kind in EXACT else 0


def _text(column: Column, cell: str | int | datetime, places: int) -> str:
    match cell:
        case str():
            return cell
        case datetime():
            return figures.stamp(cell)
    if column.kind in EXACT:
        return figures.signed(cell, places) if column.signed else figures.points(cell, places)
    return figures.percent(cell, 2) if column.kind is Kind.PERCENT else f"{cell:,}"
