"""`python -m tests.fuzz.run`: the long form of the fuzz test.

Exit status 1 where it or the audit after it finds something.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console

from adapters.embedded.postgres import EmbeddedPostgres
from entrypoints.settings import Settings
from tests.fuzz.fuzzer import fuzzed
from tests.fuzz.ground import served


def main(
    *,
    examples: Annotated[int, typer.Option(min=1, help="Examples for each operation.")] = 100,
    seed: Annotated[int | None, typer.Option(help="Repeats a run.")] = None,
) -> None:
    """Fuzz every operation of the API in all phases, then audit the exchange."""
    options = [f"--max-examples={examples}", *([] if seed is None else [f"--seed={seed}"])]
    with tempfile.TemporaryDirectory(prefix="presage-fuzz-") as folder, EmbeddedPostgres(Path(folder)) as server:
        secret = SecretStr("nobody signs in here after today")
        settings = Settings(_env_file=None, database_url=server.url, secret_key=secret)  # type: ignore[call-arg]
        sys.exit(asyncio.run(_fuzz(settings, options)))


async def _fuzz(settings: Settings, options: list[str]) -> int:
    async with served(settings) as ground:
        status, _ = await fuzzed(ground.url, ground.token, options, shown=True)
        report = await ground.exchange.audit()(lambda _done, _all: None)
    Console().print("Audit: clean" if report.clean else f"Audit: {report}")
    return 0 if status == 0 and report.clean else 1


if __name__ == "__main__":
    typer.run(main)
