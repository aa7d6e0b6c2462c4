"""What a replay calls things: derived from what is replayed and how, so that a restart finds what is there."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.accounts.user import MAX_HANDLE_LENGTH
from domain.shared.ids import MarketId, UserId

_REPLAYS = UUID("5b0f6a1c-6f1e-5d0a-9c64-2f8c7f0f7d11")
_TAG_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """How a flow is replayed: each market's `liquidity` and each trader's `points` in µP, and the trading fee."""

    liquidity: int
    points: int
    fee_bps: int


class Names:
    """The names of one flow replayed on certain terms; another flow or other terms get others."""

    def __init__(self, flow_digest: bytes, terms: Terms) -> None:
        content = f"{flow_digest.hex()} {terms.liquidity} {terms.points} {terms.fee_bps}"
        self._space = uuid5(_REPLAYS, content)

    @property
    def reference(self) -> str:
        """The reference of every grant."""
        return f"replay:{self._space}"

    def market_id(self, market: str) -> MarketId:
        """A market's id."""
        return MarketId(uuid5(self._space, f"market:{market}"))

    def user_id(self, trader: str) -> UserId:
        """A trader's id."""
        return UserId(uuid5(self._space, f"trader:{trader}"))

    def handle(self, trader: str) -> str:
        """A trader's handle: his name, shortened where it must be, and what makes it his alone."""
        tag = self.user_id(trader).hex[:_TAG_LENGTH]
        return f"{trader[: MAX_HANDLE_LENGTH - _TAG_LENGTH - 1]}~{tag}"
