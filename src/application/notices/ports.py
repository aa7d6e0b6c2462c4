"""What sending a notice needs: templates to write it from, and somebody who takes it away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from application.notices.templates import MailTemplate
from domain.accounts.email import EmailAddress
from domain.shared.errors import Invalid
from domain.shared.value import value

MAX_SUBJECT_LENGTH = 200

Filled: TypeAlias = Mapping[str, str | int | datetime | None]
"""Values that a template may show as they are; amounts in µP."""


@value
class Letter:
    """What a mail says, as text and as HTML. Raises Invalid when built with a subject that is not one bounded line."""

    subject: str
    text: str
    html: str

    def __post_init__(self) -> None:
        if not 0 < len(self.subject) <= MAX_SUBJECT_LENGTH or not self.subject.isprintable():
            raise Invalid("MAIL_SUBJECT", f"Give a subject of 1 to {MAX_SUBJECT_LENGTH} printable characters.")


@value
class Mail:
    """A letter to somebody. Sent again it has the same `id`, by which its receiver knows it; `at` is its date."""

    id: UUID
    to: EmailAddress
    letter: Letter
    at: datetime


class MailTemplates(Protocol):
    """Writes letters."""

    def write(self, template: MailTemplate, values: Filled) -> Letter:
        """The letter of a template, filled with the values that it needs."""
        ...


class Mailer(Protocol):
    """Takes mail away."""

    async def send(self, mail: Mail) -> None:
        """Hand it over, for good once this returns.

        Raises Unavailable where a retry may help (it may have been taken even so), and Invalid where it never will.
        """
        ...
