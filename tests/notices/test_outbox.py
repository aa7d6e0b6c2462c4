"""Mail in a folder, where there is no server."""

import asyncio
import email
import stat
from dataclasses import replace
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest

from adapters.notify.message import Sender
from adapters.notify.outbox import OutboxFolder
from domain.shared.errors import Unavailable
from tests.notices.letters import TITLE, a_mail

SENDER = Sender.of("presage@localhost")


def outbox(folder: Path, most: int = 100) -> OutboxFolder:
    return OutboxFolder(folder, SENDER, most)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_a_mail_becomes_a_file_that_only_we_may_read(tmp_path: Path) -> None:
    folder, mail = tmp_path / "a" / "outbox", a_mail()
    await outbox(folder).send(mail)
    (path,) = files(folder)
    assert path.name == f"20260301T120000.000000-{mail.id}.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert message["Subject"] == TITLE
    assert message["To"] == "ada@example.org"
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]


async def test_names_sort_by_time_and_the_oldest_go_first(tmp_path: Path) -> None:
    mails = [replace(mail := a_mail(), at=mail.at + timedelta(seconds=second)) for second in (3, 1, 4, 0, 2)]
    for mail in mails:
        await outbox(tmp_path, most=3).send(mail)
    by_time = sorted(mails, key=lambda mail: mail.at)
    assert [path.stem[-36:] for path in files(tmp_path)] == [str(mail.id) for mail in by_time[-3:]]


async def test_a_mail_that_is_sent_again_is_there_once(tmp_path: Path) -> None:
    mail = a_mail()
    await outbox(tmp_path).send(mail)
    await outbox(tmp_path).send(replace(mail, at=mail.at + timedelta(minutes=1)))
    assert len(files(tmp_path)) == 1


async def test_many_at_the_same_time(tmp_path: Path) -> None:
    await asyncio.gather(*(outbox(tmp_path, most=10).send(a_mail()) for _ in range(50)))
    assert [path.suffix for path in files(tmp_path)] == [".eml"] * 10


async def test_what_a_kill_left_unfinished_is_finished_when_it_is_sent_again(tmp_path: Path) -> None:
    mail = a_mail()
    (tmp_path / f"{mail.id}.draft").write_bytes(b"half of")
    await outbox(tmp_path).send(mail)
    (path,) = files(tmp_path)
    assert email.message_from_bytes(path.read_bytes())["Message-ID"] == f"<{mail.id}@localhost>"


async def test_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "10000101 notes.txt").touch()
    for _ in range(2):
        await outbox(tmp_path, most=1).send(a_mail())
    assert [path.suffix for path in files(tmp_path)] == [".txt", ".eml"]


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as failed:
        await outbox(tmp_path / "file").send(a_mail())
    assert failed.value.code == "OUTBOX_AWAY"
