"""CSV tables of which every row is checked; what cannot be read is named by file and line."""

import csv
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeVar

from domain.shared.errors import Invalid

MAX_LINE_BYTES = 65_536

T = TypeVar("T")
Parse = Callable[[int, Mapping[str, str]], T]
"""Makes a value of a line's number and its fields by column; raises Invalid or ValueError."""


def read_table(path: Path, columns: tuple[str, ...], parse: Parse[T], limit: int) -> tuple[list[T], bytes]:
    """The values of a table's rows, at most `limit`, and the SHA-256 of the file. Raises Invalid."""
    try:
        with path.open("rb") as file:
            lines = _Lines(file)
            try:
                return list(_values(lines, columns, parse, limit)), lines.digest.digest()
            except (Invalid, ValueError, OverflowError, csv.Error) as error:
                message = f"{path.name}, line {lines.row}: {error}"
                raise Invalid("MALFORMED_ROW", message, file=path.name, line=lines.row) from error
    except OSError as error:
        raise Invalid("FILE_UNREADABLE", f"{path} cannot be read: {error.strerror}.", file=path.name) from error


class _Lines:
    """The lines of a file as text; `row` is the number of the line where the present row began."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._read = 0
        self.row = 1
        self.digest = sha256()

    def next_row(self) -> None:
        """What is read from here on is another row."""
        self.row = self._read + 1

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(MAX_LINE_BYTES + 1):
            self._read += 1
            if len(raw) > MAX_LINE_BYTES:
                raise ValueError(f"the line is longer than {MAX_LINE_BYTES} bytes")
            self.digest.update(raw)
            yield _text(raw.removeprefix(b"\xef\xbb\xbf") if self._read == 1 else raw)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8; save the file as UTF-8") from error


def _values(lines: _Lines, columns: tuple[str, ...], parse: Parse[T], limit: int) -> Iterator[T]:
    rows = csv.reader(lines, strict=True)
    header = next(rows, [])
    if tuple(header) != columns:
        raise ValueError(f"the header is {','.join(header)[:200]!r}; it must be {','.join(columns)!r}")
    lines.next_row()
    for count, fields in enumerate(rows, 1):
        if count > limit:
            raise ValueError(f"there are more than {limit:,} rows; split the table")
        if len(fields) != len(columns):
            raise ValueError(f"there are {len(fields)} columns; {len(columns)} are needed: {','.join(columns)}")
        yield parse(lines.row, dict(zip(columns, fields, strict=True)))
        lines.next_row()
