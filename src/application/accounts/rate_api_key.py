"""Give an API key a number of trading requests of its own."""

from dataclasses import dataclass, replace

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Ids
from domain.accounts.api_key import ApiKey
from domain.shared.administration import Actor, AdminAction, Facts
from domain.shared.ids import ApiKeyId, UserId


@dataclass(frozen=True, slots=True)
class RateApiKey:
    """Lets a bot trade more often than people do, or less; recorded as what was done to its owner."""

    transactions: AccountsTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, user_id: UserId, key_id: ApiKeyId, per_minute: int | None) -> ApiKey:
        """The key with `per_minute` trading requests a minute, or with everybody's. Raises Invalid and NotFound."""
        async with self.transactions() as transaction:
            key = await transaction.api_keys.lock(user_id, key_id)
            rated = replace(key, per_minute=per_minute)
            if rated == key:
                return key
            await transaction.api_keys.change(rated)
            now, action = self.clock.now(), AdminAction.USER_KEY_RATED
            await transaction.admin_log.add(
                actor.record(self.ids.new(), now, action, user_id, _facts(key), _facts(rated))
            )
            await transaction.commit()
        return rated


def _facts(key: ApiKey) -> Facts:
    return {"api_key": str(key.id), "per_minute": key.per_minute}
