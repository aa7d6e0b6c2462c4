"""The short form of the fuzz test."""

from entrypoints.settings import Settings
from tests.fuzz.fuzzer import fuzzed
from tests.fuzz.ground import served


async def test_nothing_is_found(settings: Settings) -> None:
    async with served(settings) as ground:
        status, said = await fuzzed(ground.url, ground.token, ["--max-examples=4", "--seed=1"])
        report = await ground.exchange.audit()()
    assert status == 0, said[-8_000:]
    assert "No issues found" in said
    assert report.clean


async def test_a_fault_would_be_found(settings: Settings) -> None:
    async with served(settings, faulty=True) as ground:
        status, said = await fuzzed(ground.url, ground.token, ["--max-examples=4", "--include-path-regex=leaderboard"])
    assert status == 1
    assert "Server error" in said
