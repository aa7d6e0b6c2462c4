"""When a request is sent again."""

import pytest

from presage_client import NEVER, Retries


def retries(jitter: float = 0.0) -> Retries:
    return Retries(attempts=5, first_pause=0.2, longest_pause=1.0, longest_wait=10.0, jitter=lambda: jitter)


def test_pauses_double_up_to_the_longest_and_end() -> None:
    assert [retries().pause(attempt) for attempt in range(1, 6)] == [0.2, 0.4, 0.8, 1.0, None]


def test_jitter_shortens_a_pause_by_up_to_a_half() -> None:
    assert retries(1.0).pause(2) == pytest.approx(0.2)
    assert all(0.2 <= (Retries().pause(2) or 0) <= 0.4 for _ in range(100))


def test_the_server_may_ask_for_a_longer_pause_but_not_for_any() -> None:
    assert retries().pause(1, retry_after=7) == 7
    assert retries().pause(2, retry_after=0.1) == 0.4
    assert retries().pause(1, retry_after=10) == 10
    assert retries().pause(1, retry_after=10.5) is None


def test_no_attempt_is_too_many() -> None:
    assert Retries(attempts=10_001).pause(10_000) is not None
    assert NEVER.pause(1) is None
