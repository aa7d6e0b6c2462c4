"""Desks as processes of their own, forked from one that has imported the exchange, which takes longer than all else.

`python -m tests.faults.nursery` starts a desk for every line of options (as JSON) on its standard input, answers with
the process id, and ends when its input does.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from entrypoints.loop import complete
from tests.faults.server import Options, serve

ROOT = Path(__file__).parents[2]
END_S = 20.0


class Nursery:
    """Starts desks. Used as a context: they end with it, and should the harness be killed, they notice."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._turn = threading.Lock()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), *sys.path])},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    async def start(self, options: Options) -> int:
        """Start a desk; its process id."""
        return await asyncio.to_thread(self._ask, json.dumps(asdict(options)))

    def _ask(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        with self._turn:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            pid = self._process.stdout.readline()
        assert pid, f"no desk can be started: {self.log.read_text()[-2000:]}"
        return int(pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def main() -> None:
    """Fork a desk for every line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for them
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            _become_desk(Options(**json.loads(line)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become_desk(options: Options) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the answers are not ours to give
    complete(serve(options))
    sys.exit()


if __name__ == "__main__":
    main()
