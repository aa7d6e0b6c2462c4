"""What a user has, made again from his own movements, with the functions that made it."""

from application.reports.user_statement import Standing
from domain.accounts.user import PointGrant
from domain.shared.ids import MarketId
from domain.trading.book import NO_POSITION, NO_STAKE, post_to_position, stake_basis
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.position import Position


class Passbook:
    """A user's balance, positions and stakes; movements are posted in the order of time."""

    def __init__(self) -> None:
        self.balance = 0
        self.granted = 0
        self.positions: dict[MarketId, Position] = {}
        self.stakes: dict[MarketId, Stake] = {}

    def post(self, moved: LedgerEntry | PointGrant) -> None:
        """Take over a movement. Raises Conflict where it cannot have happened."""
        if isinstance(moved, PointGrant):
            self.granted += moved.amount
            self.balance += moved.amount
        else:
            self._hold(moved)
            self.balance += moved.amount_out - moved.amount_in

    def _hold(self, entry: LedgerEntry) -> None:
        market_id = entry.market_id
        stake = self.stakes.get(market_id, NO_STAKE)
        position = self.positions.get(market_id, NO_POSITION)
        self.positions[market_id] = post_to_position(position, stake, entry)
        if entry.lp_before != entry.lp_after:
            self.stakes[market_id] = Stake(entry.lp_after, stake_basis(stake, entry))

    def realised(self, market_id: MarketId) -> int:
        """The profit that was ever realised in a market."""
        return self.positions.get(market_id, NO_POSITION).realised

    def standing(self) -> Standing:
        """The account as it stands. Raises DoesNotAddUp."""
        realised = sum(position.realised for position in self.positions.values())
        basis = sum(position.basis for position in self.positions.values())
        return Standing(
            self.balance, self.granted, realised, basis + sum(stake.basis for stake in self.stakes.values())
        )
