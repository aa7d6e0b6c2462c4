"""The job `email.send`."""

from dataclasses import dataclass
from typing import Protocol

from application.jobs.catalogue.notices import SendMail as Asked
from application.jobs.catalogue.notices import Sent
from application.jobs.run import Run
from application.notices.send_mail import SendMail
from application.notices.templates import MailTemplate
from domain.accounts.email import EmailAddress
from domain.shared.errors import Invalid
from domain.shared.ids import UserId


class Addresses(Protocol):
    """Where users get mail."""

    async def of(self, user_id: UserId) -> EmailAddress | None:
        """A user's address, unless he signs in elsewhere or is shut out. May raise Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class DeliverMail:
    """Sends a user a mail. A mail that is sent again, after its worker was lost, has the same message id."""

    addresses: Addresses
    send_mail: SendMail

    async def __call__(self, run: Run[Asked]) -> Sent:
        """Whether there was an address. Raises Invalid and Unavailable."""
        asked = run.payload
        to = await self.addresses.of(UserId(asked.to_user))
        if to is None:
            return Sent(sent=False)
        await self.send_mail(run.execution.id, to, _template(asked.template), asked.values)
        return Sent(sent=True)


def _template(name: str) -> MailTemplate:
    try:
        return MailTemplate(name)
    except ValueError:
        raise Invalid("MAIL_TEMPLATE", f"Choose one of {', '.join(MailTemplate)}.", template=name[:40]) from None
