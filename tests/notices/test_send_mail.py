"""Sending: from a template to whoever takes mail away."""

from uuid import UUID

import pytest

from adapters.notify.templates import JinjaTemplates
from application.notices.ports import Mail
from application.notices.send_mail import SendMail
from application.notices.templates import MailTemplate
from domain.accounts.email import EmailAddress
from domain.shared.errors import Invalid
from tests.fakes.world import START, FakeClock
from tests.notices.letters import values_for

ADA = EmailAddress("ada@example.org")
FIRST = UUID(int=1)


class Collected:
    """Implements the Mailer port."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


async def test_a_mail_is_written_dated_and_sent(templates: JinjaTemplates) -> None:
    mailer = Collected()
    await SendMail(templates, mailer, FakeClock())(FIRST, ADA, MailTemplate.WELCOME, values_for(MailTemplate.WELCOME))
    (mail,) = mailer.mails
    assert (mail.id, mail.to, mail.at) == (FIRST, ADA, START)
    assert mail.letter.subject == "Welcome to Presage"
    assert "Hello ada," in mail.letter.text
    assert "Hello ada," in mail.letter.html


async def test_nothing_is_sent_of_values_that_do_not_fit(templates: JinjaTemplates) -> None:
    mailer = Collected()
    with pytest.raises(Invalid):
        await SendMail(templates, mailer, FakeClock())(FIRST, ADA, MailTemplate.WELCOME, {})
    assert mailer.mails == []
