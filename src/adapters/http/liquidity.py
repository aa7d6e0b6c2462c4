"""Providing liquidity."""

from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoQuery, Reply, post
from adapters.http.models.liquidity import Claim, LiquidityAnswer, Provide, Withdraw
from adapters.http.trades import PlaceOrder
from domain.shared.ids import MarketId
from domain.trading.orders import AddLiquidity, ClaimFees, Instruction, Order, RemoveLiquidity

_LIQUIDITY = "/api/v1/markets/{id}/liquidity"


@dataclass(frozen=True, slots=True)
class Liquidity:
    """Points into and out of a market's pool; the desk executes these orders as any other."""

    place: PlaceOrder

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/markets/{id}/liquidity."""
        keyed = {"keyed": True, "status": 201}
        return [
            post(_LIQUIDITY, self.add, Access.TRADE, LiquidityAnswer, body=Provide, **keyed),
            post(f"{_LIQUIDITY}/remove", self.remove, Access.TRADE, LiquidityAnswer, body=Withdraw, **keyed),
            post(f"{_LIQUIDITY}/claim-fees", self.claim, Access.TRADE, LiquidityAnswer, body=Claim, **keyed),
        ]

    async def add(self, call: Call[NoQuery, Provide]) -> Reply:
        """Add liquidity.

        The pool keeps its price; what it cannot take of one outcome becomes the provider's position.
        """
        return await self._placed(call, AddLiquidity(call.body.amount, call.body.probability), call.body)

    async def remove(self, call: Call[NoQuery, Withdraw]) -> Reply:
        """Remove liquidity.

        Pays out the share of the pool that the LP shares stand for, with the fees that they earned: the overlap of
        both outcomes in points, the rest as a position.
        """
        return await self._placed(call, RemoveLiquidity(call.body.lp_shares), call.body)

    async def claim(self, call: Call[NoQuery, Claim]) -> Reply:
        """Claim the fees that one's liquidity earned."""
        return await self._placed(call, ClaimFees(), call.body)

    async def _placed(self, call: Call[NoQuery, Claim], instruction: Instruction, terms: Claim) -> Reply:
        order = Order(call.user.id, MarketId(call.id()), call.key, instruction, terms.expires_at)
        placed = await self.place(order)
        return Reply(LiquidityAnswer.of(placed.entry), repeated=placed.repeated)
