"""What a replay came to, in numbers that do not depend on how often it was killed and started again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.trading.summaries import Ending, MarketSummaries, Result, Turnover, brier_score
from domain.shared.ids import UserId
from domain.trading.market import Status
from entrypoints.replay.flow import Flow
from entrypoints.replay.names import Names
from entrypoints.replay.orders import Tally

MOST_NAMED = 5
"""Traders named at either end."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A trader and his realised profit in µP."""

    trader: str
    profit: int


@dataclass(frozen=True, slots=True)
class Report:
    """Orders by their first answers; all else as the store has it. Points in µP.

    Who is among the best is not named again among the worst.
    """

    orders: int
    filled: int
    refused: Mapping[str, int]
    turnover: Turnover
    markets: Mapping[str, int]
    brier: float | None
    treasury_profit: int
    traders: int
    best: Sequence[Standing]
    worst: Sequence[Standing]


async def make_report(flow: Flow, names: Names, tally: Tally, summaries: MarketSummaries) -> Report:
    """Read the sums of a replay that has ended."""
    markets = [names.market_id(market) for market in flow.markets]
    traders = {names.user_id(trader): trader for trader in flow.traders}
    endings = await summaries.endings(markets)
    best = _standings(await summaries.results(markets, MOST_NAMED, best=True), traders)
    worst = _standings(await summaries.results(markets, MOST_NAMED, best=False), traders)
    return Report(
        len(flow.orders),
        tally.filled,
        dict(sorted(tally.refused.items(), key=lambda refused: (-refused[1], refused[0]))),
        await summaries.turnover(markets),
        Counter(map(_ending, endings)),
        brier_score(endings),
        await summaries.treasury_profit(markets),
        len(traders),
        best,
        [standing for standing in worst if standing not in best],
    )


def _ending(ending: Ending) -> str:
    return str(ending.outcome) if ending.status is Status.RESOLVED else str(ending.status)


def _standings(results: Sequence[Result], traders: Mapping[UserId, str]) -> list[Standing]:
    return [Standing(traders.get(result.user_id, str(result.user_id)), result.profit) for result in results]
