"""A folder for the mail of an exchange that has no mail server: files that any mail program opens."""

import asyncio
import os
from pathlib import Path

from adapters.notify.message import Sender, message_of
from application.notices.ports import Mail
from domain.shared.errors import Unavailable

MOST_FILES = 1_000
"""Kept in the folder; the oldest go first."""

OURS_ALONE = 0o600


class OutboxFolder:
    """Implements the Mailer port. The names of the files sort by time; a mail that is sent again is written once."""

    def __init__(self, folder: Path, sender: Sender, most: int = MOST_FILES) -> None:
        self._folder = folder
        self._sender = sender
        self._most = most

    async def send(self, mail: Mail) -> None:
        """Write a mail. Raises Unavailable where the disk does not take it."""
        try:
            await asyncio.to_thread(self._write, mail)
        except OSError as error:
            raise Unavailable(
                "OUTBOX_AWAY",
                "Make room in the outbox folder, or give access to it; then send it again.",
                reason=error.strerror,
            ) from error

    def _write(self, mail: Mail) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(self._folder.glob(f"*-{mail.id}.eml")):
            return
        path = self._folder / f"{mail.at:%Y%m%dT%H%M%S.%f}-{mail.id}.eml"
        draft = self._folder / f"{mail.id}.draft"  # left behind by a kill, it is finished when the mail is sent again
        draft.touch(OURS_ALONE)
        with draft.open("wb") as file:
            file.write(message_of(mail, self._sender).as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._forget()

    def _forget(self) -> None:
        """Delete the oldest files."""
        for path in sorted(self._folder.glob("*.eml"))[: -self._most]:
            path.unlink(missing_ok=True)
