"""Administering markets. Every action takes a reason, and is logged with it."""

from dataclasses import dataclass
from typing import Any

from adapters.http.acting import actor_of
from adapters.http.endpoints import Access, Call, Endpoint, Handler, NoQuery, Reply, post
from adapters.http.jobs import at
from adapters.http.models.administration import Approve, Because, ChangeTerms, Launch, Resolve, SweptAnswer
from adapters.http.models.base import Answer
from adapters.http.models.jobs import JobAnswer
from adapters.http.models.markets import MarketAnswer
from adapters.http.requests import trace_of
from application.shared.answer_once import AnswerOnce
from application.trading.approve_market import ApproveMarket
from application.trading.change_market import ChangeMarket
from application.trading.edit_market import EditMarket
from application.trading.end_market import EndMarket
from application.trading.queries import TradingQueries
from application.trading.request_launch import RequestLaunch
from application.trading.sweep_fees import SweepFees
from domain.shared.ids import MarketId

_MARKET = "/api/v1/admin/markets/{id}"


@dataclass(frozen=True, slots=True)
class MarketAdministration:
    """The life of markets; `liquidity` in µP is what one opens with unless told otherwise.

    What moves points is answered `once` for its idempotency key.
    """

    approve_market: ApproveMarket
    request_launch: RequestLaunch
    edit_market: EditMarket
    change_market: ChangeMarket
    end_market: EndMarket
    sweep_fees: SweepFees
    queries: TradingQueries
    liquidity: int
    once: AnswerOnce

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/admin/markets, and an action on /api/v1/markets."""
        return [
            self._post("approve", self.approve, body=Approve, keyed=True),
            Endpoint(
                method="PATCH",
                path=_MARKET,
                handler=self.edit,
                access=Access.ADMIN,
                answer=MarketAnswer,
                body=ChangeTerms,
            ),
            Endpoint(
                method="PATCH",
                path="/api/v1/markets/{id}",
                handler=self.launch,
                access=Access.ADMIN,
                answer=JobAnswer,
                body=Launch,
                status=202,
                headers=("Location",),
            ),
            self._post("pause", self.pause),
            self._post("resume", self.resume),
            self._post("close", self.close),
            self._post("resolve", self.resolve, body=Resolve, keyed=True),
            self._post("cancel", self.cancel, keyed=True),
            self._post("settle", self.settle, keyed=True),
            self._post("sweep-fees", self.sweep, answer=SweptAnswer, keyed=True),
        ]

    async def approve(self, call: Call[NoQuery, Approve]) -> MarketAnswer:
        """Approve a proposal: its pool opens with the treasury's liquidity, and trading begins."""
        liquidity = call.body.liquidity or self.liquidity
        await self.approve_market(_market(call), liquidity, actor_of(call))
        return await self._answer(call)

    async def launch(self, call: Call[NoQuery, Launch]) -> Reply:
        """Have a proposal approved by a job.

        A repeat is answered with the same job, unless that failed: then another one tries.
        """
        liquidity = call.body.liquidity or self.liquidity
        job, _ = await self.request_launch(_market(call), liquidity, actor_of(call), trace_of(call.request))
        return Reply(JobAnswer.of(job), headers=at(job))

    async def edit(self, call: Call[NoQuery, ChangeTerms]) -> MarketAnswer:
        """Edit a market.

        Of a draft everything may be changed; once its pool is open, its text and its closing time.
        """
        await self.edit_market(_market(call), call.body.edit, actor_of(call))
        return await self._answer(call)

    async def pause(self, call: Call[NoQuery, Because]) -> MarketAnswer:
        """Stop trading until it is resumed."""
        await self.change_market.pause(_market(call), actor_of(call))
        return await self._answer(call)

    async def resume(self, call: Call[NoQuery, Because]) -> MarketAnswer:
        """Let trading go on."""
        await self.change_market.resume(_market(call), actor_of(call))
        return await self._answer(call)

    async def close(self, call: Call[NoQuery, Because]) -> MarketAnswer:
        """End trading now; the market then waits for its result."""
        await self.change_market.close(_market(call), actor_of(call))
        return await self._answer(call)

    async def resolve(self, call: Call[NoQuery, Resolve]) -> MarketAnswer:
        """Fix the result and pay it out.

        A market with many holders may answer with `settled` false: a job goes on paying, or settle it at once.
        """
        await self.end_market.resolve(_market(call), call.body.outcome, actor_of(call))
        return await self._answer(call)

    async def cancel(self, call: Call[NoQuery, Because]) -> MarketAnswer:
        """Call a market off and return what was paid, or refuse a proposal.

        A market with many holders may answer with `settled` false: a job goes on paying, or settle it at once.
        """
        await self.end_market.cancel(_market(call), actor_of(call))
        return await self._answer(call)

    async def settle(self, call: Call[NoQuery, Because]) -> MarketAnswer:
        """Go on paying out a market that has ended.

        Repeat it, each time with a new key, until `settled` is true.
        """
        await self.end_market.settle(_market(call), actor_of(call))
        return await self._answer(call)

    async def sweep(self, call: Call[NoQuery, Because]) -> SweptAnswer:
        """Pay the treasury the fees that a market has taken in for it so far."""
        market_id = _market(call)
        return SweptAnswer(market_id=market_id, swept=await self.sweep_fees(market_id, actor_of(call)))

    async def _answer(self, call: Call[Any, Any]) -> MarketAnswer:
        return MarketAnswer.of(await self.queries.market(_market(call)))

    def _post(
        self,
        action: str,
        handler: Handler,
        body: type[Because] = Because,
        answer: type[Answer] = MarketAnswer,
        *,
        keyed: bool = False,
    ) -> Endpoint:
        once = self.once if keyed else None
        return post(f"{_MARKET}/{action}", handler, Access.ADMIN, answer, body=body, keyed=keyed, once=once)


def _market(call: Call[Any, Any]) -> MarketId:
    return MarketId(call.id())
