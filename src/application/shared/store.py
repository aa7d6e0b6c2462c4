"""How a store fails, in words that a use case can act on."""

from domain.shared.errors import Unavailable


class StoreError(Exception):
    """The store refused what was written: a constraint, a type, a bug; the same write would fail again.

    `duplicate` where it is there already.
    """

    def __init__(self, reason: str = "", *, duplicate: bool = False) -> None:
        super().__init__(reason)
        self.duplicate = duplicate


class StoreBusy(Unavailable):
    """Nothing was written; the same transaction may succeed when run again (deadlock, lock wait, lost connection)."""

    def __init__(self, reason: str) -> None:
        super().__init__("STORE_BUSY", "The database is busy; send the same request again shortly.", reason=reason)


class CommitUnknown(Unavailable):
    """The connection was lost while committing: it may have happened or not."""

    def __init__(self) -> None:
        super().__init__(
            "COMMIT_UNKNOWN",
            "The outcome is not known; send the same request again with the same idempotency key to learn it.",
        )
