"""Locks on files, which the kernel releases once every process that holds them is gone, however it went."""

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

POLL_S = 0.05


class FileLock:
    """A held lock. Processes that inherit its `descriptor` hold it too, until each has closed it or ended."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def close(self) -> None:
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def try_lock(path: Path, *, shared: bool = False) -> FileLock | None:
    """Lock the file at `path`, made if missing; None while others hold it. Shared locks exclude only others."""
    lock = FileLock(os.open(path, os.O_RDONLY | os.O_CREAT, 0o644))
    try:
        fcntl.flock(lock.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    except BaseException:
        lock.close()
        raise
    return lock


def wait_for_lock(path: Path, seconds: float, *, shared: bool = False) -> FileLock:
    """Lock the file at `path`, or raise TimeoutError when others keep it for `seconds`."""
    for _ in attempts(seconds):
        if lock := try_lock(path, shared=shared):
            return lock
    raise TimeoutError(f"another process has held {path} for {seconds:g} s")


def is_locked(path: Path) -> bool:
    lock = try_lock(path)
    if lock:
        lock.close()
    return lock is None


def attempts(seconds: float) -> Iterator[None]:
    """Yield at once, then at every poll until `seconds` have passed."""
    deadline = time.monotonic() + seconds
    yield
    while time.monotonic() < deadline:
        time.sleep(POLL_S)
        yield
