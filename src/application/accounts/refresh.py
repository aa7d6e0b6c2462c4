"""Go on with a session."""

from dataclasses import dataclass

from application.accounts.ports import AccountsTransactions
from application.accounts.sign_ins import SignedIn, SignIns
from application.shared.ports import Clock
from domain.accounts.secrets import secret_hash
from domain.accounts.session import Verdict, use
from domain.shared.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Refresh:
    """Takes a refresh token and gives the next one; one that comes back too late revokes its whole session."""

    transactions: AccountsTransactions
    sign_ins: SignIns
    clock: Clock

    async def __call__(self, token: str) -> SignedIn:
        """Raises Unauthenticated, Forbidden for a deactivated account, and Unavailable."""
        async with self.transactions() as transaction:
            found = await transaction.sessions.lock(secret_hash(token))
            if found is None:
                raise _ended()
            session, presented = found
            now = self.clock.now()
            used = use(presented, session, now)
            if used.verdict is Verdict.ROTATED:
                user = await transaction.accounts.read(session.user_id)
                user.require_active()
                signed_in = await self.sign_ins.go_on(transaction.sessions, user, used, now)
                await transaction.commit()
                return signed_in
            if used.verdict is Verdict.REUSED:
                await transaction.sessions.change(used.session)
                await transaction.commit()
        raise _ended()


def _ended() -> Unauthenticated:
    return Unauthenticated("SESSION_ENDED", "Sign in again; this refresh token is not, or no longer, good.")
