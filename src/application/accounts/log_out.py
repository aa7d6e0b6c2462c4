"""End a session."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock
from domain.accounts.secrets import secret_hash


@dataclass(frozen=True, slots=True)
class LogOut:
    """Revokes the session of a refresh token; where there is none, nothing is left to do."""

    transactions: AccountsTransactions
    clock: Clock

    async def __call__(self, token: str) -> None:
        """Raises Unavailable."""
        async with self.transactions() as transaction:
            found = await transaction.sessions.lock(secret_hash(token))
            if found is None:
                return
            await transaction.sessions.change(found[0].revoked(self.clock.now()))
            await transaction.commit()
