"""How wide the columns of a table are, and how large its letters."""

from collections.abc import Iterator, Sequence

from adapters.reports.document import Column, Kind
from adapters.reports.lettering import width

GAP = 11.0
"""Between two columns."""

LARGEST, SMALLEST, STEP = 7.5, 5.0, 0.25
"""Sizes of letters; the smallest holds the largest amounts that there can be."""

NARROWEST = 70.0
"""Of a column of text that is wider by nature."""

_MEASURED = 3
"""The longest texts of a column that are measured: figures are as wide as their number."""

Row = Sequence[str]


def fitting(columns: Sequence[Column], rows: Sequence[Row], room: float) -> tuple[float, Sequence[float]]:
    """The size of the letters and the widths of the columns, as large as they fit into the room.

    Columns of text share what the others leave, those of long text taking the rest; a text may then have to be cut.
    """
    room -= GAP * (len(columns) - 1)
    longest = [sorted({row[at] for row in rows}, key=len)[-_MEASURED:] for at in range(len(columns))]
    texts = [at for at, column in enumerate(columns) if column.kind is Kind.TEXT]
    *sizes, last = _sizes()
    for each in sizes:
        size, widths = each[0], _natural(columns, longest, *each)
        if _left(widths, texts, room) >= sum(min(widths[at], NARROWEST) for at in texts):
            break
    else:
        size, widths = last[0], _natural(columns, longest, *last)
    free = _left(widths, texts, room)
    for shared, at in enumerate(sorted(texts, key=lambda at: (columns[at].long, widths[at])), 1):
        share = free / (len(texts) - shared + 1)
        widths[at] = share if shared == len(texts) else min(widths[at], share)
        free -= widths[at]
    return size, widths


def _left(widths: Sequence[float], texts: Sequence[int], room: float) -> float:
    """What the columns that are no text leave."""
    return room - sum(across for at, across in enumerate(widths) if at not in texts)


def _sizes() -> Iterator[tuple[float, bool]]:
    """Sizes to be tried, first with heads that keep to one line."""
    yield LARGEST, True
    for steps in range(int((LARGEST - SMALLEST) / STEP) + 1):
        yield LARGEST - steps * STEP, False


def _natural(columns: Sequence[Column], longest: Sequence[Sequence[str]], size: float, one_line: bool) -> list[float]:
    """The widths of the widest texts, or of the heads where they, or their words, are wider."""
    widths = []
    for column, texts in zip(columns, longest, strict=True):
        head = [column.title] if one_line else column.title.split()
        cells = (width(text, size, bold=True) for text in texts)
        widths.append(max([*(width(part, size) for part in head), *cells]))
    return widths
