"""Many rows as the parameters of one statement: one array for each column."""

from collections.abc import Callable, Collection, Sequence
from typing import Any


def rows_of(
    name: str, columns: Sequence[str], type_of: Callable[[str], str], first: int = 1, *, ordered: bool = False
) -> str:
    """Rows that are sent as one array a column, from parameter `first` on, as a relation of that name.

    Where they are `ordered`, the column `place` counts them from 1.
    """
    arrays = (f"${first + place}::{type_of(column)}[]" for place, column in enumerate(columns))
    named = (*columns, "place") if ordered else columns
    return f"unnest({', '.join(arrays)}) {'WITH ORDINALITY ' if ordered else ''}AS {name}({', '.join(named)})"


def arrays(columns: Sequence[str], rows: Collection[Sequence[Any]]) -> list[list[Any]]:
    """The parameters for these rows."""
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in columns]
