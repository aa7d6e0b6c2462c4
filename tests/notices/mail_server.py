"""A mail server in a process of its own: `python -m tests.notices.mail_server FOLDER …` keeps what it gets in a folder.

It writes its port to a file there. What it does to a mail is decided by the name that the mail is sent to.
"""

import argparse
import asyncio
import json
import ssl
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MAIL = "mail.json"
SILENCE_S = 60

REPLIES = {
    "unknown": "550 5.1.1 <{}>: there is no such mailbox",
    "greylisted": "451 4.7.1 <{}>: come back later",
    "unwelcome": "554 5.7.1 not from you",
}


class Keeper:
    """Writes each mail that it takes to a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = count()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in REPLIES:
            return REPLIES[name].format(address)
        if name == "dropped":
            _hang_up(server)
        elif name == "forgotten":
            await asyncio.sleep(SILENCE_S)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "spam":
            return "550 5.7.1 this looks like spam"
        self._keep(server, session, envelope)
        if name == "cut":
            _hang_up(server)
        return "250 OK"

    def _keep(self, server: SMTP, session: Session, envelope: Envelope) -> None:
        content = envelope.original_content
        assert content is not None
        kept = {
            "sender": envelope.mail_from,
            "receivers": envelope.rcpt_tos,
            "tls": server.transport is not None and server.transport.get_extra_info("sslcontext") is not None,
            "user": session.auth_data,
            "content": content.decode("ascii"),
        }
        draft = self._folder / f"draft-{next(self._count)}"
        draft.write_text(json.dumps(kept))
        draft.rename(self._folder / f"{draft.name}.{MAIL}")


def _hang_up(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


class Gate:
    """Lets one user in."""

    def __init__(self, user: str, password: str) -> None:
        self._known = LoginPassword(user.encode(), password.encode())

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        success = given == self._known
        return AuthResult(success=success, handled=False, auth_data=self._known.login.decode() if success else None)


def _context(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.tls == "none":
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.certificate, arguments.key)
    return context


async def _serve(arguments: argparse.Namespace) -> None:
    keeper, context = Keeper(arguments.folder), _context(arguments)
    starttls = context if arguments.tls == "starttls" else None
    gate = Gate(arguments.user, arguments.password) if arguments.user else None

    def protocol() -> SMTP:
        return SMTP(
            keeper,
            hostname="localhost",
            tls_context=starttls,
            authenticator=gate,
            auth_required=gate is not None,
            auth_require_tls=starttls is not None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if arguments.tls == "tls" else None)
    (arguments.folder / "port.draft").write_text(str(server.sockets[0].getsockname()[1]))
    (arguments.folder / "port.draft").rename(arguments.folder / "port")
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tls", choices=["none", "starttls", "tls"], default="none")
    for name in ("certificate", "key", "user", "password"):
        parser.add_argument(f"--{name}")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
