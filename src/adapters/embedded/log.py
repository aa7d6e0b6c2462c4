"""What a server and its tools write, kept bounded across starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LOG_BYTES = 10_000_000
TAIL_BYTES = 4_000
TAIL_LINES = 20


class ServerLog:
    def __init__(self, path: Path) -> None:
        self.path = path

    def rotate(self) -> None:
        """Set a log of more than LOG_BYTES aside as the one previous log."""
        if self.path.exists() and self.path.stat().st_size > LOG_BYTES:
            self.path.replace(self.path.with_suffix(".log.1"))

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        with self.path.open("ab") as log:
            yield log

    def tail(self) -> str:
        """The last lines, for a message about a failure."""
        if not self.path.exists():
            return f"Nothing was logged in {self.path}."
        with self.path.open("rb") as log:
            log.seek(max(0, self.path.stat().st_size - TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join([f"The end of {self.path}:", *lines[-TAIL_LINES:]])
