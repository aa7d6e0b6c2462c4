"""Rate limits as people write them."""

import pytest

from adapters.redis.limit_text import rate_limit
from application.shared.limits import RateLimit


@pytest.mark.parametrize(
    ("text", "requests", "seconds"),
    [
        ("100/minute", 100, 60),
        ("10 per 15 minutes", 10, 900),
        ("1/second", 1, 1),
        ("5 / 2 hour", 5, 7200),
        ("7/day", 7, 86_400),
    ],
)
def test_a_limit_is_read(text: str, requests: int, seconds: int) -> None:
    assert rate_limit("any", text) == RateLimit("any", requests, seconds)


@pytest.mark.parametrize(
    "text", ["", "100", "fast", "0/minute", "-1/minute", "1/month", "9999999/day", "1/second;9/minute", "1.5/second"]
)
def test_another_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ValueError, match="100/minute"):
        rate_limit("any", text)
