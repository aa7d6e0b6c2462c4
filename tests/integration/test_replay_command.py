"""`presage replay` as a user starts it: what it prints, and its exit status."""

from pathlib import Path

import pytest
from sqlalchemy import text

from application.trading.findings import Check
from entrypoints.container import Container
from tests.integration.replayed import OPTIONS, ORDERS, flow_in, start


async def test_it_ends_with_an_audit_whose_result_is_the_exit_status(exchange: Container, tmp_path: Path) -> None:
    folder, url = flow_in(tmp_path / "flow", ORDERS), str(exchange.settings().database_url)
    clean = start(folder, *OPTIONS, cwd=tmp_path, DATABASE_URL=url)
    output, errors = clean.communicate(timeout=60)
    assert (clean.returncode, errors) == (0, "")
    assert output.count(" ok") == len(Check)
    async with exchange.engine().begin() as connection:
        await connection.execute(text("UPDATE users SET balance = balance + 1 WHERE handle LIKE 'ann~%'"))
    wrong = start(folder, *OPTIONS, cwd=tmp_path, DATABASE_URL=url)
    output, errors = wrong.communicate(timeout=60)
    assert (wrong.returncode, errors) == (1, "")
    assert "balance" in output


@pytest.mark.parametrize("row", ["2022-01-01T10:00:07Z,d,ann,BUY,YES,1,", "2022-01-01T10:00:07Z,a,ann,BUY,YES,one,"])
def test_a_malformed_row_leaves_nothing_behind(tmp_path: Path, row: str) -> None:
    folder = flow_in(tmp_path / "flow", f"{ORDERS}{row}\n")
    process = start(folder, cwd=tmp_path, DATABASE_URL="")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("orders.csv, line 9: ")
    assert output == ""
    assert [path.name for path in tmp_path.iterdir()] == ["flow"]
