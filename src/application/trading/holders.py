"""What a market's users hold while an audit rebuilds it: a table that may outgrow the memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from domain.shared.ids import UserId
from domain.trading.book import Holding


class Holders(Protocol):
    """Holdings by user; their balances are not kept."""

    def get(self, user_id: UserId) -> Holding | None:
        """What a user holds, if he was put in."""
        ...

    def put(self, user_id: UserId, holding: Holding) -> None:
        """Keep what a user holds now."""
        ...

    def in_order(self) -> Iterator[tuple[UserId, Holding]]:
        """Everybody, in the order of ids."""
        ...

    def clear(self) -> None:
        """Forget everybody."""
        ...


HoldersTable = Callable[[], AbstractContextManager[Holders]]
"""Makes an empty table, gone when it is left."""
