"""Folders that only one account may enter, short enough to hold a Unix socket."""

import hashlib
import os
import re
import stat
from pathlib import Path

LONGEST_SOCKET_PATH = 103
"""Bytes: 107 on Linux, 103 on macOS and the BSDs, less the closing NUL."""

SHORT_ROOT = Path("/tmp")  # short everywhere, unlike a TMPDIR, which processes may also disagree on
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)


def socket_folder(data_dir: Path, socket_name: str) -> Path:
    """`data_dir` itself, or a short folder named after it where its path is too long or odd for a socket."""
    path = str(data_dir / socket_name)
    if len(path.encode()) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
        return data_dir
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return SHORT_ROOT / f"presage-{name}"


def make_private(folder: Path, uid: int, gid: int) -> None:
    """Create the folder if missing and close it to everybody but account `uid`; PermissionError if another's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        raise PermissionError(f"{folder} belongs to another account")
    if found.st_uid != uid:
        os.chown(folder, uid, gid)
    if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        folder.chmod(stat.S_IRWXU)
