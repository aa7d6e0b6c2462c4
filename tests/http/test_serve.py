"""`presage serve`: the API alone, on a database that somebody else keeps."""

import signal
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.embedded.postgres import EmbeddedPostgres
from application.shared.store import StoreBusy, StoreError
from domain.shared.errors import Invalid, Unavailable
from entrypoints.cli.app import advice
from entrypoints.cli.serve import serve
from tests.conftest import url_of
from tests.http.broken import ORDER
from tests.http.command import OURS, SECRET, fetched, running


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No settings at all."""
    monkeypatch.chdir(tmp_path)
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_it_serves_what_is_there(database_url: str, tmp_path: Path) -> None:
    with running(tmp_path, "serve", DATABASE_URL=database_url, PRESAGE_SECRET_KEY=SECRET) as command:
        assert command.screen.count("\n") == 1
        assert "serving on" in command.screen
        assert fetched(f"{command.url}/readyz")[0] == 200
        assert fetched(f"{command.url}/api/v1/markets")[1]["data"] == {"items": [], "nextCursor": None}
        assert fetched(f"{command.url}/api/v1/trades", str(ORDER))[0] == 401
        assert command.stop(signal.SIGTERM) == (0, "")
    assert not (tmp_path / ".presage").exists()


def test_without_a_database_it_says_where_to_get_one(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match=r"Set DATABASE_URL .* `presage up`"):
        serve(port=0)


def test_an_empty_database_wants_migrations(bare: pytest.MonkeyPatch, postgres: EmbeddedPostgres) -> None:
    bare.setenv("DATABASE_URL", url_of(postgres, "postgres"))
    with pytest.raises(Unavailable, match="run `presage migrate`"):
        serve(port=0)


def test_a_database_that_does_not_exist(bare: pytest.MonkeyPatch, postgres: EmbeddedPostgres) -> None:
    bare.setenv("DATABASE_URL", url_of(postgres, "nowhere"))
    with pytest.raises(StoreError) as refused:
        serve(port=0)
    assert advice(refused.value).startswith('The database refused: database "nowhere" does not exist; check DATABASE')


def test_a_database_that_does_not_answer(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("DATABASE_URL", f"postgresql://presage:secret@/presage?host={tmp_path}")
    with pytest.raises(StoreBusy) as refused:
        serve(port=0)
    said = advice(refused.value)
    assert said.startswith("The database cannot be used: ")
    assert said.endswith("; check that it runs, and DATABASE_URL.")
    assert "secret" not in said


def test_a_setting_that_cannot_be(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PRESAGE_PORT", "abc")
    with pytest.raises(ValidationError) as refused:
        serve(port=0)
    assert advice(refused.value).startswith("Setting PRESAGE_PORT: ")
