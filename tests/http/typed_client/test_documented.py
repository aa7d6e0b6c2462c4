"""What docs/client.md says, done as it is written; only the address is another."""

import asyncio
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import presage_client
from presage_client import PresageClient
from presage_client.client import Admin
from tests.http.typed_client.parts import parts_of

ROOT = Path(__file__).parents[3]
WRITTEN = (ROOT / "docs" / "client.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:4000"
EMAIL, PASSWORD = "ada@example.org", "correct horse battery"


def blocks(language: str) -> list[str]:
    """The blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", WRITTEN, re.MULTILINE | re.DOTALL)


async def test_the_first_example_prints_what_stands_below_it(url: str, tmp_path: Path) -> None:
    script, printed = blocks("python")[0], blocks("text")[0]
    assert ADDRESS in script
    (tmp_path / "example.py").write_text(script.replace(ADDRESS, url), "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "example.py",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert (out.decode(), error.decode(), process.returncode) == (printed, "", 0)


async def test_the_other_examples_go_on_from_there(url: str) -> None:
    known: dict[str, Any] = {name: getattr(presage_client, name) for name in presage_client.__all__}
    known |= {"print": lambda *_: None}
    _, *rest = blocks("python")
    assert len(rest) >= 6
    async with PresageClient(url) as client:
        await client.auth.register(EMAIL, PASSWORD, "ada")
        await client.auth.login(EMAIL, PASSWORD)
        market = await anext(client.markets.all(status="ACTIVE"))
        for block in rest:
            exec(f"async def example(client, market):\n{textwrap.indent(block.replace(ADDRESS, url), '    ')}", known)
            await known["example"](client, market)


async def test_every_part_is_listed() -> None:
    table = WRITTEN[WRITTEN.index("## What there is") :]
    listed = {
        name: set(re.findall(r"`(\w+)`", rest))
        for name, rest in re.findall(r"^\| `([\w.]+)` \|(.*)$", table, re.MULTILINE)
    }
    async with PresageClient("http://127.0.0.1:1") as client:
        assert isinstance(client.admin, Admin)
        parts = dict(parts_of(client))
    assert set(listed) == set(parts)
    for name, methods in listed.items():
        assert [method for method in methods if not hasattr(parts[name], method)] == []
