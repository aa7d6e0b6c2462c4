"""Revoke an API key."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock
from domain.accounts.api_key import ApiKey
from domain.shared.ids import ApiKeyId, UserId


@dataclass(frozen=True, slots=True)
class RevokeApiKey:
    """Ends one of a user's own keys; ending it again changes nothing."""

    transactions: AccountsTransactions
    clock: Clock

    async def __call__(self, user_id: UserId, key_id: ApiKeyId) -> ApiKey:
        """The key as it is now. Raises NotFound where it is not the user's."""
        async with self.transactions() as transaction:
            key = (await transaction.api_keys.lock(user_id, key_id)).revoked(self.clock.now())
            await transaction.api_keys.change(key)
            await transaction.commit()
        return key
