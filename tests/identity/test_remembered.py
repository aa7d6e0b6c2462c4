"""Claims that are remembered: as many as there is room for, and never longer than they hold."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from adapters.identity.local import LocalBounds, LocalTokens
from adapters.identity.remembered import RememberedClaims
from domain.shared.errors import Unauthenticated
from domain.shared.ids import UserId
from tests.fakes.world import FakeClock, FakeIds

USER = UserId(UUID(int=7))


def test_the_one_unused_for_longest_is_forgotten() -> None:
    remembered = RememberedClaims(most=2)
    for token in ("a", "b"):
        remembered.keep(token, {"sub": token})
    assert remembered.of("a") == {"sub": "a"}
    remembered.keep("c", {"sub": "c"})
    assert [remembered.of(token) for token in "abc"] == [{"sub": "a"}, None, {"sub": "c"}]


async def test_a_remembered_token_expires_all_the_same() -> None:
    clock = FakeClock()
    tokens = LocalTokens(LocalBounds(b"0123456789abcdef" * 2, lifetime=timedelta(minutes=5)), clock, FakeIds())
    token = tokens.issue(USER, clock.now()).text
    for _ in range(2):
        assert (await tokens.identify(token)).subject == str(USER)
    clock.advance(timedelta(minutes=6))
    with pytest.raises(Unauthenticated) as refused:
        await tokens.identify(token)
    assert refused.value.code == "TOKEN_EXPIRED"


async def test_what_was_refused_is_not_remembered() -> None:
    clock = FakeClock()
    tokens = LocalTokens(LocalBounds(b"0123456789abcdef" * 2), clock, FakeIds())
    others = LocalTokens(LocalBounds(b"fedcba9876543210" * 2), clock, FakeIds())
    forged = others.issue(USER, datetime.now(UTC)).text
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await tokens.identify(forged)
