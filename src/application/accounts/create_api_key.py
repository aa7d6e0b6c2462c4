"""Make an API key."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Entropy, Ids
from domain.accounts.api_key import MAX_API_KEYS, ApiKey
from domain.accounts.caller import Scope
from domain.accounts.secrets import SECRET_ENTROPY, key_hint, key_text, secret_hash
from domain.shared.errors import Conflict
from domain.shared.ids import ApiKeyId, UserId


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key with its text, which nobody can tell again."""

    key: ApiKey
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    """Adds a key to a user's own; only the hash of its text is stored."""

    transactions: AccountsTransactions
    clock: Clock
    ids: Ids
    entropy: Entropy

    async def __call__(
        self, user_id: UserId, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
    ) -> NewApiKey:
        """The key. Raises Invalid, NotFound, and Conflict where the user has MAX_API_KEYS that are live."""
        text, now = key_text(self.entropy.draw(SECRET_ENTROPY)), self.clock.now()
        key = ApiKey(ApiKeyId(self.ids.new()), user_id, name, key_hint(text), frozenset(scopes), now, expires_at)
        async with self.transactions() as transaction:
            await transaction.accounts.lock(user_id)
            if len(await transaction.api_keys.live(user_id, now)) >= MAX_API_KEYS:
                raise Conflict("API_KEYS_MAX", "Revoke a key first; you have as many as you may.", maximum=MAX_API_KEYS)
            await transaction.api_keys.add(key, secret_hash(text))
            await transaction.commit()
        return NewApiKey(key, text)
