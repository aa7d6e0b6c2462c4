"""Issue points to an account, once for each reference."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Ids
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.administration import Actor, AdminAction, AdminRecord
from domain.shared.errors import Conflict
from domain.shared.ids import GrantId, UserId


class Granted(NamedTuple):
    """A grant; `repeated` where it had been made before."""

    grant: PointGrant
    repeated: bool


@dataclass(frozen=True, slots=True)
class GrantPoints:
    """Issues points; there is no other way in which points come to be."""

    transactions: AccountsTransactions
    clock: Clock
    ids: Ids

    async def __call__(self, user_id: UserId, amount: int, reason: GrantReason, reference: str) -> PointGrant:
        """The grant of `amount` µP, or the one first made with this reference.

        Raises Invalid, NotFound, and Conflict where the reference stands for another grant.
        """
        return (await self._grant(user_id, amount, reason, reference, None)).grant

    async def by(self, actor: Actor, user_id: UserId, amount: int, key: str) -> Granted:
        """An administrator's grant of `amount` µP to a user, made and recorded once for the administrator's own key.

        Raises Invalid, NotFound, and Conflict where the key stands for another amount.
        """
        return await self._grant(user_id, amount, GrantReason.ADMIN_GRANT, _reference(actor, key), actor)

    async def _grant(
        self, user_id: UserId, amount: int, reason: GrantReason, reference: str, actor: Actor | None
    ) -> Granted:
        grant = PointGrant(GrantId(self.ids.new()), user_id, amount, reason, reference, self.clock.now())
        async with self.transactions() as transaction:
            user = await transaction.accounts.lock(user_id)
            first = await transaction.accounts.grant(user_id, reference)
            if first is not None:
                _require_same(first, grant, actor)
                return Granted(first, repeated=True)
            balance = grant.credited_to(user.balance)
            await transaction.accounts.add_grant(grant, balance)
            if actor is not None:
                await transaction.admin_log.add(self._record(actor, grant, balance))
            await transaction.commit()
        return Granted(grant, repeated=False)

    def _record(self, actor: Actor, grant: PointGrant, balance: int) -> AdminRecord:
        before = {"balance": str(balance - grant.amount)}
        after = {"balance": str(balance), "grant_id": str(grant.id), "reference": grant.reference}
        action, at = AdminAction.USER_GRANTED, grant.granted_at
        return actor.record(self.ids.new(), at, action, grant.user_id, before, after)


def _reference(actor: Actor, key: str) -> str:
    """What stands for one administrator's key, and tells nobody either of them."""
    return sha256(f"{actor.admin_id}\0{key}".encode()).hexdigest()


def _require_same(first: PointGrant, grant: PointGrant, actor: Actor | None) -> None:
    if (first.amount, first.reason) == (grant.amount, grant.reason):
        return
    if actor is not None:
        raise Conflict(
            "IDEMPOTENCY_CONFLICT",
            "This idempotency key was used for another grant; use a new key.",
        )
    raise Conflict(
        "GRANT_CONFLICT", "This reference was used for another grant; use a new one.", reference=grant.reference
    )
