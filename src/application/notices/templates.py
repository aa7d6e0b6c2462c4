"""What mail there is, and the values that each kind needs: foreign text, checked here and escaped where it is shown."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from domain.shared.errors import Invalid
from domain.shared.money import MAX_HOLDING

MAX_VALUE_LENGTH = 10_000

Given: TypeAlias = Mapping[str, str | int]
"""Values as they travel: amounts in µP, times in ISO 8601, an address of a page or nothing."""


class MailTemplate(StrEnum):
    """Every mail that the exchange sends."""

    WELCOME = "welcome"
    MARKET_APPROVED = "market_approved"
    MARKET_RESOLVED = "market_resolved"
    MARKET_CANCELLED = "market_cancelled"
    REPORT_READY = "report_ready"
    OPERATOR_ALERT = "operator_alert"


NEEDS: Mapping[MailTemplate, frozenset[str]] = {
    MailTemplate.WELCOME: frozenset({"handle", "points", "url"}),
    MailTemplate.MARKET_APPROVED: frozenset({"handle", "title", "closes_at", "url"}),
    MailTemplate.MARKET_RESOLVED: frozenset({"handle", "title", "outcome", "points", "url"}),
    MailTemplate.MARKET_CANCELLED: frozenset({"handle", "title", "reason", "points", "url"}),
    MailTemplate.REPORT_READY: frozenset({"handle", "title", "url"}),
    MailTemplate.OPERATOR_ALERT: frozenset({"title", "details", "url"}),
}
"""`points` are those that the receiver got, in µP: where they are 0, nothing is said of them."""


def filled(template: MailTemplate, given: Given) -> dict[str, str | int | datetime | None]:
    """The values of a template, each in its form; `url` is None where there is none. Raises Invalid."""
    needed = NEEDS[template]
    if given.keys() != needed:
        raise Invalid(
            "MAIL_VALUES", f"Give {template} the values {', '.join(sorted(needed))}, and no others.", template=template
        )
    return {name: _FORMS[name](name, value) for name, value in given.items()}


def _line(name: str, given: str | int) -> str:
    """Printable characters on one line."""
    if not isinstance(given, str) or not 0 < len(given) <= MAX_VALUE_LENGTH or not given.isprintable():
        raise _unfit(name, f"1 to {MAX_VALUE_LENGTH} printable characters on one line")
    return given


def _folded(name: str, given: str | int) -> str:
    """The same of text that may have come on several lines, as the titles of markets may."""
    return _line(name, " ".join(str(given).split()))


def _lines(name: str, given: str | int) -> str:
    """Printable characters on any number of lines."""
    text = str(given)
    if len(text) > MAX_VALUE_LENGTH or not all(line.isprintable() for line in text.split("\n")):
        raise _unfit(name, f"at most {MAX_VALUE_LENGTH} printable characters, on any number of lines")
    return text


def _points(name: str, given: str | int) -> int:
    if type(given) is not int or not 0 <= given <= MAX_HOLDING:
        raise _unfit(name, f"a whole number of MicroPoints from 0 to {MAX_HOLDING}")
    return given


def _moment(name: str, given: str | int) -> datetime:
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(str(given))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    raise _unfit(name, "a time in ISO 8601 with its zone")


def _link(name: str, given: str | int) -> str | None:
    """An address that may stand behind a link: of a page, and of nothing that runs."""
    if given == "":
        return None
    text = _line(name, given)
    with suppress(ValueError):
        page = urlsplit(text)
        if page.scheme in {"http", "https"} and page.hostname and " " not in text:
            return text
    raise _unfit(name, "the address of a page, such as https://exchange.example/markets, or nothing")


def _unfit(name: str, wanted: str) -> Invalid:
    return Invalid("MAIL_VALUE", f"Give {name} as {wanted}.", field=name)


_FORMS: Mapping[str, Callable[[str, str | int], str | int | datetime | None]] = {
    "handle": _line,
    "title": _folded,
    "outcome": _line,
    "reason": _line,
    "details": _lines,
    "points": _points,
    "closes_at": _moment,
    "url": _link,
}
