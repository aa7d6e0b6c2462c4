"""Times of cron expressions in time zones, as Debian's cron has them through changes of daylight-saving time.

The package cronsim reads the expressions and walks through their times. It is a pure function of its arguments, so that
no port stands before it.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from domain.shared.errors import Invalid

MAX_CRON_LENGTH = 100
MAX_ZONE_LENGTH = 64
FIELDS = 5

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY_S = 24 * 60 * 60
"""No zone changes its clocks twice in so many seconds."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields (minute, hour, day of the month, month, day of the week) in an IANA time zone.

    Where the clocks go forward, a time that does not exist comes right after the gap; where they go back, a time that
    exists twice comes once. An expression that begins its minutes or hours with `*` follows the clock on the wall
    instead: it leaves out what does not exist, and takes what exists twice both times.
    Raises Invalid when built with what cannot be read, or never comes.
    """

    expression: str
    zone: str

    def __post_init__(self) -> None:
        self.after(_ANY_TIME)

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC."""
        fields = self.expression.split()
        if len(self.expression) > MAX_CRON_LENGTH or len(fields) != FIELDS:
            raise _malformed(self.expression, f"it needs {FIELDS} fields in at most {MAX_CRON_LENGTH} characters")
        by_the_wall = any(field.startswith("*") for field in fields[:2])
        try:
            found = self._on_the_wall(moment) if by_the_wall else self._once(moment)
        except CronSimError as error:
            raise _malformed(self.expression, str(error).lower()) from error
        if found is None:
            raise Invalid("CRON_NEVER", "Give times that come; there is no such day.", cron=self.expression)
        return found

    def _once(self, moment: datetime) -> datetime | None:
        for time in CronSim(self.expression, moment.astimezone(_zone(self.zone))):
            found = time.astimezone(UTC)
            if found > moment:  # in an hour that comes twice, the first one may be over
                return found
        return None

    def _on_the_wall(self, moment: datetime) -> datetime | None:
        """Looks from one change of the clocks to the next: cronsim loses times where they change by half an hour."""
        zone = _zone(self.zone)
        since, offset = moment, _offset(zone, moment)
        while wall := next(CronSim(self.expression, (since + offset).replace(tzinfo=None)), None):
            found = (wall - offset).replace(tzinfo=UTC)
            change = _change(zone, since, found, offset)
            if change is None:
                return found
            since, offset = change - _SECOND, _offset(zone, change)
        return None


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change(zone: ZoneInfo, since: datetime, until: datetime, offset: timedelta) -> datetime | None:
    """The first second after `since`, until the other one, at which the offset is another."""

    def is_other(second: int) -> bool:
        return _offset(zone, datetime.fromtimestamp(second, UTC)) != offset

    first, last = int(since.timestamp()) + 1, int(until.timestamp())
    for begin in range(first, last + 1, _DAY_S):
        end = min(begin + _DAY_S - 1, last)
        if is_other(end):
            return datetime.fromtimestamp(begin + bisect_left(range(begin, end), True, key=is_other), UTC)
    return None


def _zone(name: str) -> ZoneInfo:
    try:
        if 0 < len(name) <= MAX_ZONE_LENGTH:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise Invalid("TIME_ZONE_UNKNOWN", "Give an IANA time zone, such as Europe/London.", given=name[:MAX_ZONE_LENGTH])


def _malformed(given: str, why: str) -> Invalid:
    return Invalid(
        "CRON_MALFORMED",
        f"Give minute, hour, day of the month, month and day of the week, such as 30 2 * * 1-5: {why}.",
        given=given[:MAX_CRON_LENGTH],
    )
