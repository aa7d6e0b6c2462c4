"""What covers need of a store, and of whoever understands pictures."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from application.covers.cover import Cover, CoverSize, Source, Standing
from application.jobs.ports import Jobs
from application.shared.administration import AdminLog
from domain.shared.ids import MarketId, UserId


class Pictures(Protocol):
    """Makes covers of pictures that may be hostile."""

    async def cut(self, data: bytes) -> Sequence[Cover]:
        """A cover in every size. Cancelling it ends the work.

        Raises Invalid where the data is no usable picture, and Unavailable where a retry may help.
        """
        ...


class Covers(Protocol):
    """Pictures and covers, inside one transaction. Every method may raise Unavailable."""

    async def standing(self, market_id: MarketId) -> Standing:
        """Of a market. Raises NotFound."""
        ...

    async def keep_source(self, market_id: MarketId, source: Source) -> None:
        """Keep a picture until it is processed, in the place of one that still waits."""
        ...

    async def source(self, market_id: MarketId) -> Source | None:
        """The picture that waits, if one does."""
        ...

    async def lock_source(self, market_id: MarketId) -> bytes | None:
        """Lock the picture that waits, and give its digest."""
        ...

    async def drop_source(self, market_id: MarketId) -> None:
        """Forget a locked picture."""
        ...

    async def show(self, market_id: MarketId, covers: Sequence[Cover], source: Source) -> None:
        """Show these covers of a picture in the place of earlier ones."""
        ...


class CoversTransaction(Protocol):
    """One transaction: rolled back on leaving it unless committed."""

    @property
    def covers(self) -> Covers: ...
    @property
    def admin_log(self) -> AdminLog: ...
    @property
    def jobs(self) -> Jobs: ...

    async def commit(self) -> None:
        """Make it durable. Raises CommitUnknown where the outcome cannot be known."""
        ...


CoversTransactions = Callable[[], AbstractAsyncContextManager[CoversTransaction]]


class ShownCovers(Protocol):
    """Read access to covers. Reading takes no locks."""

    async def cover(self, market_id: MarketId, size: CoverSize) -> Cover:
        """The cover of a market that was ever approved. Raises NotFound."""
        ...

    async def preview(self, market_id: MarketId, size: CoverSize, proposer: UserId | None) -> Cover:
        """The cover of any market, or of one that a user proposed where he is given. Raises NotFound."""
        ...
