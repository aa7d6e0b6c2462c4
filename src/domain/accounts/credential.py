"""What a user of this exchange's own signs in with."""

from dataclasses import field
from datetime import datetime

from domain.accounts.email import EmailAddress
from domain.shared.ids import UserId
from domain.shared.value import value


@value
class Credential:
    """An e-mail address and the hash of a password; `changed_at` is when the user last chose one."""

    user_id: UserId
    email: EmailAddress
    password_hash: str = field(repr=False)
    changed_at: datetime
