"""The operating-system account a server runs as when we are root, since PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.embedded.locks import attempts
from adapters.embedded.server import EmbeddedServerError

SERVER_ACCOUNT = "presage-postgres"
CREATION_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Account:
    """User and group that own a server's files; `drops` is true when we are root and must become it."""

    uid: int
    gid: int
    drops: bool

    def options(self, *paths: Path) -> dict[str, Any]:
        """Arguments for `subprocess` that run a command as this account, able to reach `paths`."""
        return {"user": self.uid, "group": self.gid, "extra_groups": admit(*paths)} if self.drops else {}


def account_for(folder: Path) -> Account:
    """Us, unless we are root: then whoever owns `folder`, or else an account made for servers alone.

    Raises EmbeddedServerError when that account is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drops=False)
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, drops=True)
    entry = _server_account()
    return Account(entry.pw_uid, entry.pw_gid, drops=True)


def admit(*paths: Path) -> list[int]:
    """Groups whose members may pass every folder down to `paths`.

    A folder closed to others is opened (to pass, not to list) for its own group only, so no other account gains.
    """
    groups = set()
    for folder in {folder for path in paths for folder in (path.resolve(), *path.resolve().parents)}:
        found = folder.stat()
        if found.st_mode & stat.S_IXOTH:
            continue
        groups.add(found.st_gid)
        if not found.st_mode & stat.S_IXGRP:
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXGRP)
    return sorted(groups)


def _server_account() -> pwd.struct_passwd:
    create = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
    said = ""
    for _ in attempts(CREATION_TIMEOUT_S):  # another starter may be creating it, with the user database locked
        try:
            return pwd.getpwnam(SERVER_ACCOUNT)
        except KeyError:
            said = _complaint(create)
    raise EmbeddedServerError(
        "server_account",
        f"PostgreSQL may not run as root, and the account {SERVER_ACCOUNT} could not be made ({said}). "
        "Run Presage as an ordinary user, or set DATABASE_URL to a server of your own.",
    )


def _complaint(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()
    except OSError as error:
        return str(error)
