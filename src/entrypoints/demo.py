"""Demo data: a treasury, and markets to try the exchange on."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.accounts.grant_points import GrantPoints
from application.accounts.sign_up import SignUp
from application.shared.ports import Clock
from application.trading.approve_market import ApproveMarket
from application.trading.open_market import OpenMarket
from domain.accounts.user import GrantReason, Role
from domain.shared.ids import MarketId, UserId
from domain.trading.listing import Listing
from entrypoints.repeats import unless

TREASURY = UserId(UUID("00000000-0000-7000-8000-000000000001"))
OPEN_FOR = timedelta(days=365)

LISTINGS = (
    Listing("Will our next release ship before the end of the quarter?", "As the changelog dates it.", "work", 620_000),
    Listing("Will it rain on the day of the summer party?", "At the venue, 12:00 to 22:00.", "community", 350_000),
    Listing("Will the replication of study 12 find the original effect?", "p < 0.05, same sign.", "research", 480_000),
)


@dataclass(frozen=True, slots=True)
class Seed:
    """Adds what is missing of the treasury and the demo; adds nothing twice."""

    sign_up: SignUp
    grant_points: GrantPoints
    open_market: OpenMarket
    approve_market: ApproveMarket
    clock: Clock
    treasury_points: int
    market_liquidity: int

    async def treasury(self) -> UserId:
        """Found the treasury and give it its points."""
        with unless("USER_EXISTS"):
            await self.sign_up("treasury", Role.TREASURY, TREASURY)
        with unless("GRANT_CONFLICT"):  # founded with another amount
            await self.grant_points(TREASURY, self.treasury_points, GrantReason.TREASURY_ISSUE, "founding")
        return TREASURY

    async def demo(self) -> list[MarketId]:
        """The treasury and three open markets."""
        await self.treasury()
        return [await self._market(number, listing) for number, listing in enumerate(LISTINGS, 1)]

    async def _market(self, number: int, listing: Listing) -> MarketId:
        market_id = MarketId(UUID(int=(0x7000 << 64) | (0x8001 << 48) | number))
        with unless("MARKET_EXISTS"):
            await self.open_market(listing, self.clock.now() + OPEN_FOR, TREASURY, market_id=market_id)
        with unless("MARKET_STATUS"):
            await self.approve_market(market_id, self.market_liquidity)
        return market_id
