"""Mail by SMTP (RFC 5321), each on a connection of its own, over TLS unless told otherwise (RFC 3207, RFC 8314)."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from aiosmtplib import SMTP, SMTPException
from aiosmtplib.errors import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException

from adapters.notify.message import Sender, message_of
from application.notices.ports import Mail
from domain.shared.errors import Invalid, Unavailable

QUIT_SECONDS = 1.0
"""To take leave: the mail is the server's by then, or never will be."""

MAX_REPLY_LENGTH = 200

_PERMANENT = 500
_ADDRESS = re.compile(r"\S*@\S*")


class Tls(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over, as whom, and in how many seconds.

    `ca_file` names certificates to trust besides those of the system. Raises Invalid when built with a user whose
    password would travel in the clear.
    """

    host: str
    port: int
    sender: Sender
    tls: Tls = Tls.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 8.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.user is not None and self.tls is Tls.NONE:
            raise Invalid("SMTP_IN_THE_CLEAR", "Set PRESAGE_SMTP_TLS to starttls or tls, or take the user away.")


class SmtpMailer:
    """Implements the Mailer port."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def send(self, mail: Mail) -> None:
        """Hand a mail to the server. Raises Unavailable, and Invalid where the server refuses it for good."""
        client = self._client()
        try:
            async with asyncio.timeout(self._server.timeout_seconds):
                await client.connect()
                await client.send_message(message_of(mail, self._server.sender))
        except (SMTPException, OSError) as error:
            raise _failure(error) from None  # whose text names the receiver
        finally:
            await _leave(client)

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=server.sender.domain,
            timeout=server.timeout_seconds,
            use_tls=server.tls is Tls.TLS,
            start_tls=server.tls is Tls.STARTTLS,
            cert_bundle=str(server.ca_file) if server.ca_file else None,
        )


async def _leave(client: SMTP) -> None:
    """Take leave as is proper; what comes of it changes nothing."""
    with suppress(SMTPException, OSError):
        async with asyncio.timeout(QUIT_SECONDS):
            if client.is_connected:
                await client.quit()
    client.close()


def _failure(error: Exception) -> Invalid | Unavailable:
    """What an error of the server or the line means, without anybody's address."""
    code, reply = _reply(error)
    told = _ADDRESS.sub("<address>", " ".join(reply.split()))[:MAX_REPLY_LENGTH]
    said: dict[str, int | str | None] = {"smtp_code": code, "reply": told}
    if code is not None and code >= _PERMANENT:
        return Invalid("MAIL_REFUSED", "Change the mail, or the settings of its server, which refuses it.", **said)
    return Unavailable("MAIL_SERVER_AWAY", "Send it again later; its server cannot take it now.", **said)


def _reply(error: Exception) -> tuple[int | None, str]:
    """The code and the words of the server, where it was the server that refused."""
    match error:
        case SMTPAuthenticationError():
            return error.code, "the user or the password"  # some servers repeat them
        case SMTPRecipientsRefused():
            return error.recipients[0].code, error.recipients[0].message
        case SMTPResponseException():
            return error.code, error.message
        case _:
            return None, type(error).__name__
