"""The memory of a process and its children, as Linux counts it."""

import re
from pathlib import Path

_PROCESSES = Path("/proc")
_PARENT, _MOST = re.compile(r"^PPid:\s+(\d+)", re.MULTILINE), re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def most_memory(pid: int) -> int:
    """The sum in KiB of the most that a process and each of its children now running have held; 0 but on Linux.

    The maximum that wait4(2) tells will not do: it counts what the parent held when it made the process.
    """
    told = [status for path in _PROCESSES.glob("[0-9]*/status") if (status := _read(path))]
    own = _read(_PROCESSES / str(pid) / "status")
    return sum(_number(_MOST, status) for status in [own, *(each for each in told if _number(_PARENT, each) == pid)])


def _read(path: Path) -> str:
    """What a process tells; nothing once it is gone."""
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def _number(pattern: re.Pattern[str], status: str) -> int:
    found = pattern.search(status)
    return int(found[1]) if found else 0
