"""Open an account that signs in here."""

from dataclasses import dataclass

from application.accounts.identity import Passwords
from application.accounts.ports import AccountsTransactions
from application.accounts.welcome import Welcome
from application.shared.ports import Clock
from domain.accounts.credential import Credential
from domain.accounts.email import EmailAddress
from domain.accounts.handle import require_chosen
from domain.accounts.password import Password
from domain.shared.errors import Conflict


@dataclass(frozen=True, slots=True)
class Register:
    """Adds a user with a password and the bonus, or nothing at all.

    Nobody learns from it who has an account: an address that is known is answered as a new one, after as much work.
    """

    transactions: AccountsTransactions
    passwords: Passwords
    welcome: Welcome
    clock: Clock

    async def __call__(self, email: str, password: str, handle: str) -> None:
        """Raises Invalid, Unavailable, and Conflict where the handle is taken, whosever the address is."""
        address, chosen = EmailAddress(email), Password.chosen(password)
        require_chosen(handle)
        hashed = await self.passwords.hash(chosen.text)
        async with self.transactions() as transaction:
            user = await self.welcome(transaction.accounts, handle)
            try:
                await transaction.credentials.add(Credential(user.id, address, hashed, self.clock.now()))
            except Conflict:
                return
            await transaction.commit()
