"""Open an account for a user whom an issuer elsewhere vouches for."""

from dataclasses import dataclass

from application.accounts.identity import Claims
from application.accounts.lookups import AccountLookups
from application.accounts.ports import AccountsTransactions
from application.accounts.welcome import Welcome
from application.shared.ports import Clock, Entropy
from domain.accounts.handle import HANDLE_ENTROPY, derived_handle
from domain.accounts.user import User
from domain.shared.errors import Conflict, Unavailable

MAX_ATTEMPTS = 5
"""To find a handle that is free; of a million million there are, one is enough."""


@dataclass(frozen=True, slots=True)
class FirstSight:
    """Adds a user with a derived handle and the bonus; of several at once, one adds him and all find him."""

    transactions: AccountsTransactions
    lookups: AccountLookups
    welcome: Welcome
    clock: Clock
    entropy: Entropy

    async def __call__(self, claims: Claims) -> User:
        """The user, new or not. Raises Unavailable."""
        for _ in range(MAX_ATTEMPTS):
            try:
                return await self._added(claims)
            except Conflict:
                known = await self.lookups.known(claims.issuer, claims.subject)
                if known is not None:
                    return known
        raise Unavailable("HANDLES_TAKEN", "No free handle was found; send the same request again.")

    async def _added(self, claims: Claims) -> User:
        async with self.transactions() as transaction:
            user = await self.welcome(transaction.accounts, derived_handle(self.entropy.draw(HANDLE_ENTROPY)))
            await transaction.identities.add(claims.issuer, claims.subject, user.id, self.clock.now())
            await transaction.commit()
        return user
