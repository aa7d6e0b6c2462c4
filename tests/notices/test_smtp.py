"""Mail handed to a real server over a real connection."""

import asyncio
import logging
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.notify.message import Sender
from adapters.notify.smtp import SmtpMailer, SmtpServer, Tls
from application.notices.ports import Mail
from domain.shared.errors import Invalid, PresageError, Unavailable
from tests.fakes.world import START
from tests.notices.conftest import PASSWORD, USER
from tests.notices.letters import TITLE, a_mail
from tests.notices.post_office import Certificate, PostOffice, Received

SECRET = "secret.example"
SENDER = Sender.of("Präsage <exchange@presage.example>")


def mailer_to(port: int, **changes: Any) -> SmtpMailer:
    options: dict[str, Any] = {"sender": SENDER, "tls": Tls.NONE, "timeout_seconds": 5.0} | changes
    return SmtpMailer(SmtpServer("127.0.0.1", port, **options))


def only(office: PostOffice, mail: Mail) -> Received:
    """The one time that a mail was received."""
    (received,) = [each for each in office.received() if str(mail.id) in each.message["Message-ID"]]
    return received


async def test_a_mail_arrives_whole(plain: PostOffice) -> None:
    mail = a_mail()
    await mailer_to(plain.port).send(mail)
    received = only(plain, mail)
    assert received.envelope["sender"] == "exchange@presage.example"
    assert received.envelope["receivers"] == ["ada@example.org"]
    message = received.message
    assert message["Subject"] == TITLE
    assert message["From"] == "Präsage <exchange@presage.example>"
    assert message["To"] == "ada@example.org"
    assert message["Date"].datetime == START
    assert message["Message-ID"] == f"<{mail.id}@presage.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert not message.defects


async def test_both_parts_arrive_in_utf_8(plain: PostOffice) -> None:
    mail = a_mail()
    await mailer_to(plain.port).send(mail)
    message = only(plain, mail).message
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in (text, html)] == ["utf-8", "utf-8"]
    assert [part.get_content().replace("\r\n", "\n") for part in (text, html)] == [mail.letter.text, mail.letter.html]


@pytest.mark.parametrize("subject", ["é" * 200, "🎲" * 100, "word " * 39 + "end", "W" * 200, "a: b"])
async def test_any_subject_arrives(subject: str, plain: PostOffice) -> None:
    mail = a_mail(subject=subject)
    await mailer_to(plain.port).send(mail)
    assert only(plain, mail).message["Subject"] == subject


@pytest.mark.parametrize("encoded", ["=?utf-8?q?x?=", "=?utf-8?q?x=0D=0ABcc:_eve@example.org?=", "=?utf-8?b?DQo=?="])
async def test_a_subject_that_looks_encoded_stays_what_it_looks_like(encoded: str, plain: PostOffice) -> None:
    mail = a_mail(subject=encoded)
    await mailer_to(plain.port).send(mail)
    received = only(plain, mail)
    assert received.message["Subject"] == encoded.replace("=?", "= ?")
    assert received.message["Bcc"] is None


async def test_many_mails_at_the_same_time(plain: PostOffice) -> None:
    mails = [a_mail(f"user{number}@example.org") for number in range(20)]
    mailer = mailer_to(plain.port)
    await asyncio.gather(*map(mailer.send, mails))
    assert [only(plain, mail).message["To"] for mail in mails] == [str(mail.to) for mail in mails]


async def test_starttls_and_a_password(guarded: PostOffice, own_certificate: Certificate) -> None:
    mail = a_mail()
    await mailer_to(guarded.port, tls=Tls.STARTTLS, user=USER, password=PASSWORD, ca_file=own_certificate.path).send(
        mail
    )
    envelope = only(guarded, mail).envelope
    assert envelope["tls"]
    assert envelope["user"] == USER


async def test_tls_from_the_start(encrypted: PostOffice, own_certificate: Certificate) -> None:
    mail = a_mail()
    await mailer_to(encrypted.port, tls=Tls.TLS, ca_file=own_certificate.path).send(mail)
    assert only(encrypted, mail).envelope["tls"]


@pytest.mark.parametrize(("office", "tls"), [("guarded", Tls.STARTTLS), ("encrypted", Tls.TLS)])
async def test_a_certificate_that_nobody_vouches_for(office: str, tls: Tls, request: pytest.FixtureRequest) -> None:
    found: PostOffice = request.getfixturevalue(office)
    with pytest.raises(Unavailable):
        await mailer_to(found.port, tls=tls).send(a_mail("stranger@example.org"))
    assert all(each.envelope["receivers"] != ["stranger@example.org"] for each in found.received())


async def test_nothing_goes_to_a_server_without_starttls(plain: PostOffice) -> None:
    with pytest.raises(Unavailable):
        await mailer_to(plain.port, tls=Tls.STARTTLS).send(a_mail("clear@example.org"))
    assert all(each.envelope["receivers"] != ["clear@example.org"] for each in plain.received())


def test_no_password_is_sent_in_the_clear() -> None:
    with pytest.raises(Invalid) as refused:
        SmtpServer("127.0.0.1", 25, SENDER, Tls.NONE, USER, PASSWORD)
    assert refused.value.code == "SMTP_IN_THE_CLEAR"


@pytest.mark.parametrize(
    ("name", "kind", "smtp_code"),
    [
        ("unknown", Invalid, 550),
        ("unwelcome", Invalid, 554),
        ("spam", Invalid, 550),
        ("greylisted", Unavailable, 451),
        ("dropped", Unavailable, None),
        ("cut", Unavailable, None),
    ],
)
async def test_what_a_server_may_do(
    name: str, kind: type[PresageError], smtp_code: int | None, plain: PostOffice
) -> None:
    with pytest.raises(kind) as failed:
        await mailer_to(plain.port).send(a_mail(f"{name}@example.org"))
    assert failed.value.details["smtp_code"] == smtp_code


async def test_a_mail_that_may_have_been_taken_is_the_same_mail_when_sent_again(plain: PostOffice) -> None:
    mail = a_mail("cut@example.org")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await mailer_to(plain.port).send(mail)
    first, second = [each for each in plain.received() if str(mail.id) in each.message["Message-ID"]]
    assert first.message.as_bytes().partition(b"\n\n")[0].split(b"boundary")[0] in second.message.as_bytes()
    assert first.message["Message-ID"] == second.message["Message-ID"]


@contextmanager
def listener() -> Iterator[socket.socket]:
    """Something that listens and is no mail server: it takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def greet(server: socket.socket, greeting: bytes) -> None:
    """Say something to whoever comes, and hang up."""
    connection, _ = server.accept()
    with connection:
        connection.send(greeting)


@pytest.mark.parametrize("tls", Tls)
async def test_a_server_that_says_nothing(tls: Tls) -> None:
    with listener() as server:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await mailer_to(server.getsockname()[1], tls=tls, timeout_seconds=0.5).send(a_mail())
    assert time.monotonic() - began < 30, "only the time limit can have ended it"


async def test_a_server_that_falls_silent(plain: PostOffice) -> None:
    with pytest.raises(Unavailable):
        await mailer_to(plain.port, timeout_seconds=0.5).send(a_mail("forgotten@example.org"))


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"", Unavailable),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Unavailable),
        (b"421 busy\r\n", Unavailable),
        (b"554 no service\r\n", Invalid),
    ],
)
async def test_something_else_listens(greeting: bytes, kind: type[PresageError]) -> None:
    with listener() as server:
        greeted = asyncio.create_task(asyncio.to_thread(greet, server, greeting))
        with pytest.raises(kind):
            await mailer_to(server.getsockname()[1]).send(a_mail())
        await greeted


async def test_nobody_listens() -> None:
    with listener() as server:
        port = server.getsockname()[1]
    with pytest.raises(Unavailable):
        await mailer_to(port).send(a_mail())


async def test_no_address_and_no_password_is_told(
    plain: PostOffice, guarded: PostOffice, own_certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong: dict[str, Any] = {
        "tls": Tls.STARTTLS,
        "user": USER,
        "password": "wrong password",
        "ca_file": own_certificate.path,
    }
    told = []
    for mailer, name in [
        (mailer_to(plain.port), "unknown"),
        (mailer_to(plain.port), "greylisted"),
        (mailer_to(plain.port), "dropped"),
        (mailer_to(guarded.port, **wrong), "ada"),
    ]:
        mail = a_mail(f"{name}@{SECRET}")
        with pytest.raises(PresageError) as failed:
            await mailer.send(mail)
        told += [*traceback.format_exception(failed.value), str(failed.value.details)]
    assert [text for text in (*told, caplog.text) if SECRET in text or wrong["password"] in text] == []
    assert any("there is no such mailbox" in text for text in told)


def test_settings_do_not_show_the_password() -> None:
    assert PASSWORD not in repr(SmtpServer("127.0.0.1", 25, SENDER, Tls.TLS, USER, PASSWORD))
