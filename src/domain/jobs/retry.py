"""When a job that failed is tried again, and when no more."""

from datetime import timedelta
from typing import TypeAlias

from domain.shared.errors import Invalid
from domain.shared.value import value

MOST_RETRIES = 100
MOST_FACTOR = 100
LONGEST_DELAY = timedelta(days=7)


@value
class Delays:
    """One retry after each delay in turn. Raises Invalid when built with unusable ones."""

    delays: tuple[timedelta, ...]

    def __post_init__(self) -> None:
        _require(len(self.delays), *self.delays)

    def after(self, failures: int) -> timedelta | None:
        """How long to wait after so many failures, from 1 on; None where it is not tried again."""
        return self.delays[failures - 1] if failures <= len(self.delays) else None


@value
class Exponential:
    """`retries` of them: after `first`, and then each after `factor` times the delay before, up to `longest`.

    Raises Invalid when built with unusable values.
    """

    first: timedelta
    retries: int
    factor: int = 2
    longest: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        _require(self.retries, self.first, self.longest)
        if not 1 <= self.factor <= MOST_FACTOR or self.first > self.longest:
            raise Invalid(
                "RETRY_SCHEDULE", f"Give a factor from 1 to {MOST_FACTOR}, and a first delay up to the longest."
            )

    def after(self, failures: int) -> timedelta | None:
        """How long to wait after so many failures, from 1 on; None where it is not tried again."""
        if failures > self.retries:
            return None
        delay = self.first
        for _ in range(failures - 1):
            delay = min(delay * self.factor, self.longest)
        return delay


RetrySchedule: TypeAlias = Delays | Exponential


def _require(retries: int, *delays: timedelta) -> None:
    if not 0 <= retries <= MOST_RETRIES or not all(timedelta() <= delay <= LONGEST_DELAY for delay in delays):
        raise Invalid(
            "RETRY_SCHEDULE", f"Give 0 to {MOST_RETRIES} retries, with delays from 0 s to {LONGEST_DELAY.days} days."
        )


DEFAULT_RETRIES = Delays((timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30)))
