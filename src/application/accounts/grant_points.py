"""Issue points to an account, once for each reference."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.shared.ports import Clock, Ids
from domain.accounts.user import GrantReason, PointGrant
from domain.shared.errors import Conflict
from domain.shared.ids import GrantId, UserId


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
        grant = PointGrant(GrantId(self.ids.new()), user_id, amount, reason, reference, self.clock.now())
        async with self.transactions() as transaction:
            user = await transaction.accounts.lock(user_id)
            first = await transaction.accounts.grant(user_id, reference)
            if first is not None:
                return _repeat(first, grant)
            await transaction.accounts.add_grant(grant, grant.credited_to(user.balance))
            await transaction.commit()
        return grant


def _repeat(first: PointGrant, grant: PointGrant) -> PointGrant:
    if (first.amount, first.reason) != (grant.amount, grant.reason):
        raise Conflict(
            "GRANT_CONFLICT", "This reference was used for another grant; use a new one.", reference=grant.reference
        )
    return first
