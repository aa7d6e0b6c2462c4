"""Replays a flow: markets and traders, then every order, then results and payouts, then the numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from application.trading.desk import Desk, DeskBounds
from domain.shared.errors import Unavailable
from entrypoints.container import Container
from entrypoints.replay.flow import Flow
from entrypoints.replay.names import Names, Terms
from entrypoints.replay.orders import Tally, send_orders
from entrypoints.replay.report import Report, make_report
from entrypoints.replay.stage import Stage
from entrypoints.replay.together import Do, for_each
from entrypoints.replay.watch import Watch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """What one run took: `seconds` in all, and `trades` that it was the first to make, so many `a_second`."""

    seconds: float
    trades: int
    a_second: float


class Replay:
    """One run; it goes on from wherever an earlier run of the same flow on the same terms ended."""

    def __init__(self, exchange: Container, flow: Flow, terms: Terms, watch: Watch) -> None:
        settings = exchange.settings()
        self._exchange = exchange
        self._flow = flow
        self._watch = watch
        self._names = Names(flow.digest, terms)
        self._stage = Stage(exchange, self._names, terms)
        self._group = settings.desk_group_size
        self._at_once = settings.database_pool_size

    async def __call__(self) -> tuple[Report, Pace]:
        """Replay to the end. Raises Unavailable where the store fails: start the same replay again."""
        began = perf_counter()
        try:
            tally = await self._play()
            report = await make_report(self._flow, self._names, tally, self._exchange.summaries())
        except Unavailable as error:
            reason = error.details.get("reason", error.code)
            advice = "Start it again with the same options; it goes on from there."
            raise Unavailable("REPLAY_STOPPED", f"The replay stopped: {reason}. {advice}") from error
        return report, Pace(perf_counter() - began, tally.traded, tally.pace)

    async def _play(self) -> Tally:
        flow, stage = self._flow, self._stage
        markets = flow.markets.values()
        await stage.fund(len(markets))
        await self._all("Markets", markets, stage.open)
        await self._all("Traders", flow.traders, stage.admit)
        tally = await self._send()
        await self._all("Results", markets, stage.end)
        return tally

    async def _send(self) -> Tally:
        bounds = DeskBounds(lanes=1, group_size=self._group, lane_capacity=self._group)
        desk = Desk(self._exchange.transactions(), self._exchange.clock(), bounds)
        orders = self._flow.orders
        with self._watch.phase("Orders", len(orders)) as advance:
            async with desk:
                return await send_orders(desk.place, orders, self._names, self._group, advance)

    async def _all(self, name: str, items: Iterable[T], do: Do[T]) -> None:
        listed = list(items)
        with self._watch.phase(name, len(listed)) as advance:
            await for_each(listed, self._at_once, do, lambda done: advance(done, ""))
