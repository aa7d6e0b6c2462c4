"""Send a mail that is written from a template."""

from dataclasses import dataclass
from uuid import UUID

from application.notices.ports import Mail, Mailer, MailTemplates
from application.notices.templates import Given, MailTemplate, filled
from application.shared.ports import Clock
from domain.accounts.email import EmailAddress


@dataclass(frozen=True, slots=True)
class SendMail:
    """Writes it and hands it over."""

    templates: MailTemplates
    mailer: Mailer
    clock: Clock

    async def __call__(self, mail_id: UUID, to: EmailAddress, template: MailTemplate, values: Given) -> None:
        """Send one mail; repeated with the same id it is the same mail to its receiver.

        Raises Invalid where the values do not fit or the mail is refused for good, and Unavailable where a retry may
        help.
        """
        letter = self.templates.write(template, filled(template, values))
        await self.mailer.send(Mail(mail_id, to, letter, self.clock.now()))
