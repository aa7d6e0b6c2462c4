"""Mail servers for tests: started, watched, ended."""

import email
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.notices.mail_server import MAIL

ROOT = Path(__file__).parents[2]
START_S = 30


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as the server got it, and its envelope."""

    envelope: dict[str, Any]
    message: EmailMessage


@dataclass(frozen=True, slots=True)
class PostOffice:
    """A running server."""

    port: int
    folder: Path

    def received(self) -> list[Received]:
        """What it has taken so far."""
        return [_read(path) for path in sorted(self.folder.glob(f"*.{MAIL}"))]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that its own key has signed."""

    path: Path
    key: Path


@contextmanager
def post_office(folder: Path, *options: str) -> Iterator[PostOffice]:
    """A server, until leaving."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.notices.mail_server", str(folder), *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            yield PostOffice(_port(folder / "port", process), folder)
        finally:
            process.kill()


def certificate(folder: Path) -> Certificate:
    """A certificate for this machine's loopback address."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    signed = builder.add_extension(names, critical=False).sign(key, SHA256())
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.path.write_bytes(signed.public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def _port(path: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + START_S
    while not path.exists():
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < deadline, "the mail server did not start"
        time.sleep(0.02)
    return int(path.read_text())


def _read(path: Path) -> Received:
    envelope = json.loads(path.read_text())
    message = email.message_from_string(envelope.pop("content"), policy=default)
    assert isinstance(message, EmailMessage)
    return Received(envelope, message)
