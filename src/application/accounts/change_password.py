"""Choose another password."""

from dataclasses import dataclass

from application.accounts.identity import Passwords
from application.accounts.lookups import AccountLookups
from application.accounts.ports import AccountsTransaction, AccountsTransactions
from application.accounts.sign_ins import SignedIn, SignIns
from application.shared.ports import Clock
from domain.accounts.credential import Credential
from domain.accounts.password import Password
from domain.shared.errors import Conflict, Forbidden
from domain.shared.ids import UserId


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Stores the new password, revokes every session, and opens one for whoever knew the old password."""

    transactions: AccountsTransactions
    lookups: AccountLookups
    passwords: Passwords
    sign_ins: SignIns
    clock: Clock

    async def __call__(self, user_id: UserId, old: str, new: str) -> SignedIn:
        """Raises Invalid, Forbidden for a wrong old password, Conflict where there is none, and Unavailable."""
        typed, chosen = Password(old), Password.chosen(new)
        credential = await self.lookups.credential(user_id)
        if credential is None:
            raise Conflict("NO_PASSWORD", "Change it where you sign in; this account has no password here.")
        if not await self.passwords.matches(typed.text, credential.password_hash):
            raise _wrong()
        hashed = await self.passwords.hash(chosen.text)
        async with self.transactions() as transaction:
            signed_in = await self._changed(transaction, credential, hashed)
            await transaction.commit()
        return signed_in

    async def _changed(self, transaction: AccountsTransaction, seen: Credential, hashed: str) -> SignedIn:
        user = await transaction.accounts.lock(seen.user_id)
        present = await transaction.credentials.of(user.id)
        if present is None or present.changed_at != seen.changed_at:
            raise _wrong()  # it was changed since
        now = self.clock.now()
        await transaction.credentials.change(Credential(user.id, seen.email, hashed, now))
        await transaction.sessions.revoke_all(user.id, now)
        return await self.sign_ins.open(transaction.sessions, user, now)


def _wrong() -> Forbidden:
    return Forbidden("PASSWORD_WRONG", "Check the present password, and try again.")
