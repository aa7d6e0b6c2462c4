"""Settings as people have them."""

import pytest

from adapters.notify.outbox import OutboxFolder
from adapters.notify.smtp import SmtpMailer
from adapters.postgres.engine import for_asyncpg
from domain.shared.errors import Invalid
from entrypoints.container import Container
from entrypoints.settings import Settings

HERE = "postgresql+asyncpg://ada:p%40ss@db.example/presage"
SOCKET = "postgresql+asyncpg://presage@/presage?host=%2Frun&port=1"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgresql://ada:p%40ss@db.example/presage", HERE),
        ("postgres://ada:p%40ss@db.example/presage", HERE),
        (HERE, HERE),
        ("postgres://ada:p%40ss@db.example/presage?sslmode=require", f"{HERE}?ssl=require"),
        (SOCKET, SOCKET),
    ],
)
def test_an_address_is_taken(given: str, taken: str) -> None:
    assert for_asyncpg(given) == taken


@pytest.mark.parametrize(
    "given", ["garbage", "mysql://db/presage", "postgresql+psycopg://db/x", "postgresql://db:abc/x"]
)
def test_another_is_refused_with_advice(given: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user:password@host:port/database"):
        for_asyncpg(given)


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("trusted_proxies", "10.0.0.0/8, unix", ("10.0.0.0/8", "unix")),
        (
            "cors_origins",
            "https://app.example,https://b.example:8443,",
            ("https://app.example", "https://b.example:8443"),
        ),
        ("oidc_admin_claims", "app_metadata.role, roles", ("app_metadata.role", "roles")),
    ],
)
def test_names_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv(f"PRESAGE_{name.upper()}", text)
    assert getattr(Settings(), name) == names


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_mail_goes_to_the_port_of_its_encryption(monkeypatch: pytest.MonkeyPatch, tls: str, port: int) -> None:
    monkeypatch.setenv("PRESAGE_SMTP_HOST", "smtp.example.org")
    monkeypatch.setenv("PRESAGE_SMTP_TLS", tls)
    server = Settings().smtp_server
    assert (server.host, server.port, server.tls) == ("smtp.example.org", port, tls)
    monkeypatch.setenv("PRESAGE_SMTP_PORT", "2525")
    assert Settings().smtp_server.port == 2525


def test_mail_is_kept_in_a_folder_where_no_server_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Container(settings=Settings()).mailer(), OutboxFolder)
    monkeypatch.setenv("PRESAGE_SMTP_HOST", "smtp.example.org")
    assert isinstance(Container(settings=Settings()).mailer(), SmtpMailer)


@pytest.mark.parametrize("sender", ["nobody", "", "Presage <>", "a@b\nBcc: eve@example.org"])
def test_mail_comes_from_an_address(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    with pytest.raises(Invalid):
        Settings(mail_from=sender)
