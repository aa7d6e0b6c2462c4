"""Settings as people have them."""

import re

import pytest
from pydantic import ValidationError

from adapters.notify.outbox import OutboxFolder
from adapters.notify.smtp import SmtpMailer
from adapters.postgres.engine import for_asyncpg
from application.jobs.run import Works
from domain.jobs.schedule import Missed, Plan
from domain.shared.errors import Invalid
from entrypoints.cli.app import advice
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


def schedules(monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, Plan]:
    monkeypatch.setenv("PRESAGE_SCHEDULES", text)
    return {plan.name: plan for plan in Settings().plans}


def test_schedules_come_besides_those_that_are_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    built_in = {plan.name: plan for plan in Settings().plans}
    assert set(built_in) <= set(works_of_container())
    wanted = """[{"name": "ping", "job": "system.ping", "cron": "0 9 * * 1-5", "zone": "Europe/London",
        "payload": {"echo": "x"}, "missed": "skip"}]"""
    found = schedules(monkeypatch, wanted)
    ping = Plan("ping", "system.ping", '{"echo": "x"}', "0 9 * * 1-5", "Europe/London", Missed.SKIP)
    assert found == built_in | {"ping": ping}
    name = "maintenance.purge_jobs"
    other = schedules(monkeypatch, f'[{{"name": "{name}", "job": "{name}", "cron": "0 5 * * *"}}]')
    assert other[name].cron == "0 5 * * *"
    assert set(other) == set(built_in)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at nine", "give a JSON list: Expecting value"),
        ("{}", "tuple"),
        ('[{"name": "x", "job": "system.ping", "cron": "9"}]', "x: Give minute, hour, .*: it needs 5 fields"),
        ('[{"name": "x", "job": "system.ping", "cron": "0 9 * * *", "zone": "Mars"}]', "x: Give an IANA time zone"),
        ('[{"name": "", "job": "system.ping", "cron": "0 9 * * *"}]', "Give a name"),
        ('[{"name": "x", "job": "system.ping", "cron": "0 9 * * *", "at": 1}]', "Extra inputs"),
    ],
)
def test_schedules_that_cannot_be(monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        schedules(monkeypatch, text)
    assert re.match(f"Setting PRESAGE_SCHEDULES: .*{said}", advice(refused.value))


def works_of_container() -> Works:
    works: Works = Container(settings=Settings(database_url=HERE)).works()
    return works
