"""A mail in the form in which it travels (RFC 5322, MIME): text and HTML, both in UTF-8."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from application.notices.ports import Mail
from domain.accounts.email import EmailAddress

_PLAIN = "quoted-printable"
"""Seven bits and short lines, whatever the servers on the way can do."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail comes from."""

    name: str
    address: EmailAddress

    @classmethod
    def of(cls, text: str) -> "Sender":
        """From `presage@example.org` or `Presage <presage@example.org>`. Raises Invalid."""
        name, address = parseaddr(text) if text.isprintable() else ("", "")
        return cls(name, EmailAddress(address))

    @property
    def domain(self) -> str:
        """Where its address is at home."""
        return self.address.text.rpartition("@")[2]


def message_of(mail: Mail, sender: Sender) -> EmailMessage:
    """The message; what is sent again has the same Message-ID."""
    message = EmailMessage(SMTP)
    message["From"] = Address(sender.name, addr_spec=str(sender.address))
    message["To"] = Address(addr_spec=str(mail.to))
    message["Subject"] = mail.letter.subject.replace("=?", "= ?")  # or it would be read as encoded (RFC 2047)
    message["Date"] = mail.at
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence need be told to us
    message.set_content(mail.letter.text, cte=_PLAIN)
    message.add_alternative(mail.letter.html, subtype="html", cte=_PLAIN)
    return message
