"""The one place where an entry is written: what an order needs to know, checked, recorded and posted."""

from dataclasses import replace
from datetime import datetime

from domain.shared.errors import Conflict
from domain.shared.ids import UserId
from domain.shared.money import BASIS_POINTS, MILLION, require_holding
from domain.shared.value import value
from domain.trading.book import Book, Holding, post
from domain.trading.cpmm import Outcome, Pool
from domain.trading.ledger import DUE, FROM_FEES, TRADES, Action, LedgerEntry
from domain.trading.market import Market


@value
class Scene:
    """Where an entry is made: the market, its book, the user and his holding, the time, and the order's identity."""

    market: Market
    book: Book
    user_id: UserId
    holding: Holding
    now: datetime
    key: str | None = None
    fingerprint: bytes | None = None

    @property
    def pool(self) -> Pool:
        """The pool. Raises Conflict where the market has none."""
        if self.book.pool is None:
            raise Conflict("POOL_EMPTY", "The market has no liquidity; add some or wait until somebody does.")
        return self.book.pool

    def after(self, executed: "Executed") -> "Scene":
        """The same order, once these entries are made."""
        return replace(self, book=executed.book, holding=executed.holding)

    def record(
        self,
        action: Action,
        *,
        outcome: Outcome | None = None,
        amount_in: int = 0,
        amount_out: int = 0,
        fee: int = 0,
        yes: int = 0,
        no: int = 0,
        lp: int = 0,
        pool: Pool | None = None,
        price: int | None = None,
    ) -> "Executed":
        """Write the entry for these changes of the user's shares and for the pool after it, and post it.

        Raises Conflict where the user lacks the points or shares.
        """
        book, position, stake = self.book, self.holding.position, self.holding.stake
        self._require_points(amount_in, 0 if action in DUE else amount_out)
        self._require_shares(yes, no, lp)
        before = book.pool
        if before and pool and action in TRADES and pool.yes * pool.no < before.yes * before.no:
            raise Conflict("K_DECREASED", "The market maker refused this trade; report it to the operator.")
        collateral = book.collateral + (0 if action in FROM_FEES else amount_in - amount_out - fee)
        require_holding(collateral, "the market's collateral")
        lp_fee = fee * self.market.lp_fee_bps // BASIS_POINTS
        entry = LedgerEntry(
            book.market_id,
            book.seq + 1,
            self.user_id,
            action,
            outcome,
            amount_in,
            amount_out,
            fee,
            fee - lp_fee,
            lp_fee,
            position.yes,
            position.yes + yes,
            position.no,
            position.no + no,
            stake.shares,
            stake.shares + lp,
            before.yes if before else 0,
            before.no if before else 0,
            pool.yes if pool else 0,
            pool.no if pool else 0,
            collateral,
            _mark(pool or before) if price is None else price,
            self.now,
            self.key,
            self.fingerprint,
            book.head,
        )
        return Executed(*post(book, self.holding, entry), (entry,))

    def _require_points(self, amount_in: int, amount_out: int) -> None:
        balance = self.holding.balance
        if amount_in > balance:
            raise Conflict(
                "INSUFFICIENT_POINTS",
                "Use a smaller amount or get more points.",
                balance=str(balance),
                needed=str(amount_in),
            )
        if amount_out:
            require_holding(balance - amount_in + amount_out, "the balance")

    def _require_shares(self, yes: int, no: int, lp: int) -> None:
        position, stake = self.holding.position, self.holding.stake
        if position.yes + yes < 0 or position.no + no < 0 or stake.shares + lp < 0:
            raise Conflict(
                "INSUFFICIENT_SHARES",
                "Name no more shares than you hold.",
                yes=str(position.yes),
                no=str(position.no),
                lp_shares=str(stake.shares),
            )


@value
class Executed:
    """The market's book and the user's holding after the entries; the last entry is the order's own."""

    book: Book
    holding: Holding
    entries: tuple[LedgerEntry, ...]

    @property
    def entry(self) -> LedgerEntry:
        """The order's own entry."""
        return self.entries[-1]

    def then(self, executed: "Executed") -> "Executed":
        """These entries, followed by others."""
        return Executed(executed.book, executed.holding, self.entries + executed.entries)


def _mark(pool: Pool | None) -> int:
    return pool.probability if pool else MILLION // 2
