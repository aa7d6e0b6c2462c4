"""Letters from the Jinja templates beside this module: one for the subject and the text, another for the HTML."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from application.notices.ports import MAX_SUBJECT_LENGTH, Filled, Letter
from application.notices.templates import MailTemplate
from domain.shared.money import POINT

_FOLDER = Path(__file__).parent / "templates"
_MORE = "…"


class JinjaTemplates:
    """Implements the MailTemplates port. All templates are read when it is built."""

    def __init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(points=points_text, moment=moment_text)
        self._texts = {each: environment.get_template(f"{each}.txt") for each in MailTemplate}
        self._pages = {each: environment.get_template(f"{each}.html") for each in MailTemplate}

    def write(self, template: MailTemplate, values: Filled) -> Letter:
        """The letter of a template, filled with the values that it needs."""
        subject, _, text = self._texts[template].render(values).partition("\n")
        subject = _shortened(subject)
        html = self._pages[template].render(values, subject=subject)
        return Letter(subject, text.strip() + "\n", html)


def points_text(amount: int) -> str:
    """An amount in µP as people read it: "1 point", "1,250.5 points"."""
    whole, part = divmod(amount, POINT)
    figures = f"{whole:,}" + f".{part:06}".rstrip("0").rstrip(".")
    return f"{figures} point{'' if amount == POINT else 's'}"


def moment_text(moment: datetime) -> str:
    """A time as people read it."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def _shortened(subject: str) -> str:
    if len(subject) <= MAX_SUBJECT_LENGTH:
        return subject
    return subject[: MAX_SUBJECT_LENGTH - len(_MORE)].rstrip() + _MORE
