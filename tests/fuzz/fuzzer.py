"""The fuzzer against a served exchange: every operation of the OpenAPI document, in all phases, then an audit."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]

CHECKS = (
    "--exclude-checks=positive_data_acceptance",  # well_formed_is_taken knows what the present state may refuse
    "--phases=examples,coverage,fuzzing,stateful",
    "--continue-on-failure",
    "--no-color",
)


async def fuzzed(url: str, token: str, options: Sequence[str], *, shown: bool = False) -> tuple[int, str]:
    """The fuzzer's exit status, 0 where it found nothing, and what it printed unless that was `shown`."""
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", *CHECKS, *options),
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**environment, "SCHEMATHESIS_HOOKS": "tests.fuzz.checks"},
        stdout=None if shown else asyncio.subprocess.PIPE,
        stderr=None if shown else asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, (said or b"").decode()
