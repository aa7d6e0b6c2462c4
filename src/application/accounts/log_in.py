"""Sign in with an e-mail address and a password."""

from dataclasses import dataclass, replace

from application.accounts.identity import Passwords
from application.accounts.lookups import AccountLookups
from application.accounts.ports import AccountsTransaction, AccountsTransactions
from application.accounts.sign_ins import SignedIn, SignIns
from application.shared.ports import Clock
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress
from domain.accounts.password import Password
from domain.shared.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class LogIn:
    """Opens a session.

    An unknown address, a wrong password and a deactivated account get one answer, after as much work.
    """

    transactions: AccountsTransactions
    lookups: AccountLookups
    passwords: Passwords
    sign_ins: SignIns
    clock: Clock

    async def __call__(self, email: str, password: str) -> SignedIn:
        """Raises Invalid for what can be nobody's, Unauthenticated and Unavailable."""
        address, typed = EmailAddress(email), Password(password)
        found = await self.lookups.by_email(address)
        right = await self.passwords.matches(typed.text, found[1].password_hash if found else None)
        if found is None or not right or not found[0].active:
            raise _wrong()
        newer = await self._hashed_anew(found[1], typed)
        async with self.transactions() as transaction:
            signed_in = await self._opened(transaction, found[1], newer)
            await transaction.commit()
        return signed_in

    async def _hashed_anew(self, credential: Credential, typed: Password) -> Credential | None:
        if not self.passwords.outdated(credential.password_hash):
            return None
        return replace(credential, password_hash=await self.passwords.hash(typed.text))

    async def _opened(self, transaction: AccountsTransaction, seen: Credential, newer: Credential | None) -> SignedIn:
        user = await transaction.accounts.lock(seen.user_id)
        present = await transaction.credentials.of(user.id)
        if present is None or present.changed_at != seen.changed_at:
            raise _wrong()  # another password was chosen since
        if newer is not None:
            await transaction.credentials.change(newer)
        return await self.sign_ins.open(transaction.sessions, user, self.clock.now())


def _wrong() -> Unauthenticated:
    return Unauthenticated("CREDENTIALS_WRONG", "Check the e-mail address and the password, and try again.")
