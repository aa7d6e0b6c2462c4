"""Figures as people read them: points, shares, prices, probabilities and times, exact and in English."""

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.shared.money import MILLION, POINT

MINUS = "\N{MINUS SIGN}"
LEAST_PLACES, MOST_PLACES = 2, 6

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def points(micro: int, places: int | None = None) -> str:
    """Micro-units as whole ones with a decimal point: `places` of them, or as few as say it exactly."""
    whole, fraction = divmod(abs(micro), POINT)
    digits = f"{fraction:06}"[: places_of([micro]) if places is None else places]
    return f"{MINUS if micro < 0 else ''}{whole:,}{'.' if digits else ''}{digits}"


def signed(micro: int, places: int | None = None) -> str:
    """The same, with a plus where it is above zero."""
    return f"+{points(micro, places)}" if micro > 0 else points(micro, places)


def places_of(micros: Iterable[int], least: int = LEAST_PLACES) -> int:
    """The fewest decimal places, from `least` on, that say all of these exactly."""
    places = least
    for micro in micros:
        while places < MOST_PLACES and micro % 10 ** (MOST_PLACES - places):
            places += 1
        if places == MOST_PLACES:
            break
    return places


def percent(millionths: int, places: int = 1) -> str:
    """A probability, rounded half up; one that would be rounded to nothing or to certainty is not."""
    step = 10 ** (4 - places)
    nearest = (millionths * 2 + step) // (2 * step)
    whole, fraction = divmod(min(max(nearest, 1), MILLION // step - 1), 10**places)
    beyond = "<" if nearest == 0 else ">" if nearest == MILLION // step else ""
    return f"{beyond}{whole}.{fraction:0{places}} %"


def basis_points(bps: int) -> str:
    """A fee, exactly."""
    whole, hundredths = divmod(bps, 100)
    return f"{whole}{f'.{hundredths:02}'.rstrip('0') if hundredths else ''} %"


def count(number: int, one: str, many: str) -> str:
    """So many of something."""
    return f"{number:,} {one if number == 1 else many}"


def day(at: datetime) -> str:
    """A date, such as 1 March 2026."""
    at = at.astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def days(since: datetime, until: datetime) -> str:
    """Two dates, or the one that they are."""
    return day(since) if day(since) == day(until) else f"{day(since)} to {day(until)}"


def moment(at: datetime) -> str:
    """A time to the minute, such as 1 March 2026, 12:00 UTC."""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def stamp(at: datetime) -> str:
    """A time to the second, for a column that says that it is UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def short_day(at: datetime) -> str:
    """A day and a month, such as 1 Mar."""
    return f"{at.day} {_MONTHS[at.month - 1][:3]}"


def short_month(at: datetime) -> str:
    """A month and a year, such as Mar 2026."""
    return f"{_MONTHS[at.month - 1][:3]} {at.year}"
