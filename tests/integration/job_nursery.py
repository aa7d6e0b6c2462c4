"""Workers as processes of their own, forked from one that has imported the exchange, which takes longer than all else.

`python -m tests.integration.job_nursery` starts a worker for every Birth (as JSON) on its standard input, and answers
with its process id. What a worker says goes to its log, and its exit status to a file beside it. All end when the
input does.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import NoReturn, Self

from entrypoints.signals import STOP, handle, leave
from tests.integration.job_worker import Plan, become_worker

ROOT = Path(__file__).parents[2]
ORPHAN_S = 0.5
"""How soon a worker notices that its parent is gone."""

END_S = 20.0


@dataclass(frozen=True, slots=True)
class Birth:
    """Which worker to start, and where its log goes."""

    plan: Plan
    log: str


class JobNursery:
    """Starts workers. Used as a context: they end with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.job_nursery"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, plan: Plan, log: Path) -> int:
        """Start a worker; its process id."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(Birth(plan, str(log)))) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=END_S)


def status_file(log: Path) -> Path:
    """Where the exit status of the worker with this log is."""
    return log.with_suffix(".status")


def main() -> None:
    logs: dict[int, Path] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _tell_ends(logs))
    while line := sys.stdin.readline():
        told = json.loads(line)
        birth = Birth(Plan(**told["plan"]), told["log"])
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # it may end before we know it
        pid = os.fork()
        if pid == 0:
            _become(birth)
        logs[pid] = Path(birth.log)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _tell_ends(logs: dict[int, Path]) -> None:
    for pid in list(logs):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            file = status_file(logs.pop(pid))
            draft = file.with_suffix(".draft")
            draft.write_text(str(os.waitstatus_to_exitcode(status)))
            draft.rename(file)


def _become(birth: Birth) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    handle(dict.fromkeys(STOP, leave))  # as the command does
    os.setsid()
    log = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    become_worker(birth.plan)


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        sleep(ORPHAN_S)
    os._exit(1)


if __name__ == "__main__":
    main()
