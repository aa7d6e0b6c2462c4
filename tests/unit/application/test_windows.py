"""Windows in memory, against a clock that is set by hand and a count that is plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.shared.limits import MOST_REQUESTS, MOST_SECONDS, RateLimit, window_name
from application.shared.windows import InProcessLimits
from domain.shared.errors import Invalid
from tests.fakes.limiter import Ticks

TWO = RateLimit("trading", 2, 10)


async def test_the_window_moves_to_the_moment() -> None:
    clock = Ticks()
    limits = InProcessLimits(clock)
    seen = []
    for clock.now in (0.0, 4.5, 9.999, 10.0, 14.499, 14.5):
        verdict = await limits.hit(TWO, "ada")
        seen.append((verdict.allowed, verdict.remaining, verdict.reset_seconds))
    assert seen == [(True, 1, 10), (True, 0, 6), (False, 0, 1), (True, 0, 5), (False, 0, 1), (True, 0, 6)]


@given(
    st.integers(1, 4),
    st.integers(1, 5),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 8)), max_size=40),
)
async def test_no_window_holds_more_than_its_limit(requests: int, seconds: int, steps: list[tuple[str, int]]) -> None:
    """Whatever came when: exactly those are refused before whom the window was full."""
    clock, limit = Ticks(), RateLimit("any", requests, seconds)
    limits = InProcessLimits(clock)
    taken: list[tuple[str, float]] = []
    for key, eighths in steps:
        clock.now += eighths / 8
        verdict = await limits.hit(limit, key)
        within = [when for who, when in taken if who == key and when > clock.now - seconds]
        assert verdict.allowed == (len(within) < requests)
        if verdict.allowed:
            taken.append((key, clock.now))
            within.append(clock.now)
        assert verdict.remaining == requests - len(within)
        assert verdict.reset_seconds - 1 < within[0] + seconds - clock.now <= verdict.reset_seconds


async def test_the_longest_unused_window_is_forgotten() -> None:
    limits = InProcessLimits(Ticks(), most=2)
    for key in ("ada", "bob", "ada", "cyd"):
        await limits.hit(TWO, key)
    assert not (await limits.hit(TWO, "ada")).allowed
    assert (await limits.hit(TWO, "bob")).remaining == 1


@pytest.mark.parametrize(
    ("requests", "seconds"), [(0, 60), (-1, 60), (MOST_REQUESTS + 1, 60), (1, 0), (1, MOST_SECONDS + 1)]
)
def test_a_limit_has_bounds(requests: int, seconds: int) -> None:
    with pytest.raises(Invalid, match=r"\.$"):
        RateLimit("any", requests, seconds)


def test_a_name_tells_nothing_of_its_key() -> None:
    name = window_name(TWO, "ada@example.org" * 1000)
    assert "ada" not in name
    assert len(name) < 80
    assert name != window_name(TWO, "bob@example.org")
