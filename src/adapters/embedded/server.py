"""A server process that lives in one data folder and is shared by whichever processes use it."""

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from adapters.embedded.folders import make_private, socket_folder
from adapters.embedded.locks import FileLock, attempts, is_locked, try_lock, wait_for_lock
from adapters.embedded.log import ServerLog
from domain.shared.errors import Unavailable

START_TIMEOUT_S = 60.0
"""Covers the creation of a database and the recovery of one whose server was killed."""

STOP_TIMEOUT_S = 60.0
"""Covers the last checkpoint of a busy server."""

COMMAND_TIMEOUT_S = 60.0

FORK_TIMEOUT_S = 5.0
"""Covers the moment in which a child holds copies of all our locks, until it has become another program."""


class EmbeddedServerError(Unavailable):
    """A server is missing, or does not start or stop."""


class State(Enum):
    """How a server answers: not at all, not yet (recovering, loading, stopping), or as clients need it."""

    SILENT = "silent"
    BUSY = "busy"
    READY = "ready"


class EmbeddedServer(ABC):
    """The first `start` launches the server, later ones attach to it, and the last `stop` ends it.

    Three lock files in the data folder say who is there. `start.lock` is held while starting or stopping.
    Each process that uses the server shares `users.lock`. The server and all its children inherit
    `server.lock`, so that it is free exactly when nothing of the server is left. A process killed without
    warning thus leaves a server that the next one attaches to, and stops if no other uses it.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, data_dir: Path, socket_name: str, pid_file: str) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self.log = ServerLog(self.data_dir / "server.log")
        self.socket_dir = socket_folder(self.data_dir, socket_name)
        self._pid_file = self.data_dir / pid_file
        self._use: FileLock | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, known before the server runs."""

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        try:
            return int(self._pid_file.read_text().split(maxsplit=1)[0])
        except (OSError, ValueError, IndexError) as error:
            raise EmbeddedServerError("server_stopped", f"{self.name} does not run in {self.data_dir}.") from error

    def start(self) -> bool:
        """Return once the server is ready: True if this call launched it, False if it ran already.

        May be called again when the server was killed. Raises EmbeddedServerError after START_TIMEOUT_S, or as
        soon as the server gives up; one that is still recovering is left to finish for the next start.
        """
        try:
            make_private(self.data_dir, *self._owner())
            with self._changing():
                make_private(self.socket_dir, *self._owner())
                return self._join()
        except OSError as error:
            advice = "Give this account access to the folder, or choose another data folder."
            raise EmbeddedServerError(
                "server_failed", f"{self.name} did not start in {self.data_dir}: {error}. {advice}"
            ) from error

    def stop(self) -> bool:
        """Leave the server and, unless another process uses it, end it: True once nothing of it is left."""
        if self._use is None:
            return False
        with self._changing():
            self._leave()
            return self._end_unless_used()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @abstractmethod
    def _state(self) -> State: ...

    @abstractmethod
    def _launch(self, lock: FileLock) -> None:
        """Start the server as a daemon that inherits `lock`; nothing of an earlier one is left."""

    def _owner(self) -> tuple[int, int]:
        """User and group that own the server's folders."""
        return os.geteuid(), os.getegid()

    def _changing(self) -> FileLock:
        try:
            return wait_for_lock(self.data_dir / "start.lock", START_TIMEOUT_S)
        except TimeoutError as error:
            raise EmbeddedServerError("server_busy", f"{self.name}: {error}; try again later.") from error

    @property
    def _server_lock(self) -> Path:
        return self.data_dir / "server.lock"

    def _join(self) -> bool:
        if self._use is None:
            self._use = wait_for_lock(self.data_dir / "users.lock", START_TIMEOUT_S, shared=True)
        try:
            return self._make_ready()
        except (EmbeddedServerError, OSError):
            self._leave()
            raise
        except BaseException:  # interrupted: what was launched must not stay behind
            self._leave()
            self._end_unless_used(FORK_TIMEOUT_S)
            raise

    def _make_ready(self) -> bool:
        """Launch once nothing of an earlier server is left, or find one running; then wait until it answers."""
        launched = False
        for _ in attempts(START_TIMEOUT_S):
            if lock := try_lock(self._server_lock):
                with lock:
                    if launched:
                        raise self._failure("ended while it started")
                    self._launch(lock)
                launched = True
            elif self._state() is State.READY:
                return launched
        raise self._failure(f"was not ready within {START_TIMEOUT_S:g} s and was left to go on; start again later")

    def _leave(self) -> None:
        if self._use:
            self._use.close()
        self._use = None

    def _end_unless_used(self, patience: float = 0) -> bool:
        try:
            alone = wait_for_lock(self.data_dir / "users.lock", patience)
        except TimeoutError:
            return False
        with alone:
            self._end()
        return True

    def _end(self) -> None:
        asked = False
        for _ in attempts(STOP_TIMEOUT_S):
            if not is_locked(self._server_lock):
                self._forget_sockets()
                return
            if not asked and self._state() is not State.SILENT:
                self._signal()
                asked = True
        raise self._failure(f"did not stop within {STOP_TIMEOUT_S:g} s; end its processes by hand")

    def _signal(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, self.stop_signal)

    def _forget_sockets(self) -> None:
        if self.socket_dir != self.data_dir:
            with suppress(OSError):
                self.socket_dir.rmdir()

    def _run(self, *command: str | Path, lock: FileLock, env: Mapping[str, str] | None = None, **options: Any) -> None:
        """Run a command to its end in the data folder, its words in the log; what it leaves behind keeps `lock`."""
        with self.log.opened() as log:
            try:
                subprocess.run(
                    command, cwd=self.data_dir, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    pass_fds=[lock.descriptor], start_new_session=True, umask=0o077, check=True,
                    timeout=COMMAND_TIMEOUT_S, **options,
                )  # fmt: skip
            except subprocess.SubprocessError as error:
                raise self._failure(f"did not start: {Path(command[0]).name} failed") from error

    def _failure(self, what: str) -> EmbeddedServerError:
        return EmbeddedServerError("server_failed", f"{self.name} in {self.data_dir} {what}.\n{self.log.tail()}")
