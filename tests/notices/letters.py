"""Values for every mail, kind and unkind."""

from typing import Any
from uuid import UUID, uuid4

from application.notices.ports import Letter, Mail
from application.notices.templates import NEEDS, MailTemplate
from domain.accounts.email import EmailAddress
from tests.fakes.world import START

TITLE = "Wird die Brücke vor 2030 fertig? 橋は完成しますか"

KIND: dict[str, Any] = {
    "handle": "ada",
    "title": TITLE,
    "outcome": "YES",
    "reason": "It can be read in two ways.",
    "details": "first line\nsecond line",
    "points": 12_500_000,
    "closes_at": "2027-01-31T19:00:00+01:00",
    "url": "https://exchange.example/markets?a=1&b=2",
}


def values_for(template: MailTemplate, **changes: Any) -> dict[str, Any]:
    """What a template needs, with changes to what is among it."""
    return {name: changes.get(name, KIND[name]) for name in NEEDS[template]}


def a_mail(to: str = "ada@example.org", mail_id: UUID | None = None, subject: str = TITLE) -> Mail:
    """A mail to somebody."""
    text = ".\n.. a line that begins with a dot\nFrom here on: ü\n" + "long " * 400 + "\n"
    letter = Letter(subject, text, f"<p>{subject}</p>\n")
    return Mail(mail_id or uuid4(), EmailAddress(to), letter, START)
