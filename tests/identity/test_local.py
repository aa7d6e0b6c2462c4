"""Tokens of our own: what is issued is accepted, for as long as it says and on the secrets of today."""

from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from adapters.identity.local import LocalBounds, LocalTokens
from application.accounts.identity import Claims
from domain.shared.errors import Invalid, Unauthenticated
from domain.shared.ids import UserId
from tests.fakes.world import FakeClock, FakeIds
from tests.identity.conftest import SECRET, USER
from tests.identity.forge import Forge

USER_ID = UserId(UUID(USER))
NEXT_SECRET = b"next" * 8


def tokens(clock: FakeClock, secret: bytes = SECRET, previous: bytes | None = None) -> LocalTokens:
    return LocalTokens(LocalBounds(secret, previous), clock, FakeIds())


async def test_an_issued_token_names_its_user(local: LocalTokens, clock: FakeClock) -> None:
    token = local.issue(USER_ID, clock.now())
    assert await local.identify(token.text) == Claims("presage", USER)
    assert token.expires_at == clock.now() + timedelta(minutes=15)


async def test_a_token_ends_when_it_says_but_for_the_leeway(local: LocalTokens, clock: FakeClock) -> None:
    token = local.issue(USER_ID, clock.now())
    clock.advance(timedelta(minutes=15, seconds=9))
    assert (await local.identify(token.text)).subject == USER
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Unauthenticated, match="refresh") as refusal:
        await local.identify(token.text)
    assert refusal.value.code == "TOKEN_EXPIRED"


async def test_a_token_made_by_a_clock_a_little_ahead_is_accepted(local: LocalTokens, local_tokens: Forge) -> None:
    ahead = local_tokens.seconds + 10
    assert (await local.identify(local_tokens.token(iat=ahead, nbf=ahead))).subject == USER


def test_what_is_issued(local: LocalTokens, clock: FakeClock) -> None:
    first, second = (local.issue(USER_ID, clock.now()) for _ in range(2))
    read = jwt.decode_complete(first.text, options={"verify_signature": False})
    now = int(clock.now().timestamp())
    assert read["header"] == {"alg": "HS256", "typ": "at+jwt"}
    jti = read["payload"].pop("jti")
    assert read["payload"] == {"iss": "presage", "aud": "presage", "sub": USER, "iat": now, "exp": now + 900}
    assert UUID(jti) != UUID(jwt.decode(second.text, options={"verify_signature": False})["jti"])


async def test_a_new_secret_takes_over_without_a_break(clock: FakeClock) -> None:
    before, during, after = tokens(clock), tokens(clock, NEXT_SECRET, SECRET), tokens(clock, NEXT_SECRET)
    old, new = before.issue(USER_ID, clock.now()).text, during.issue(USER_ID, clock.now()).text
    assert (await during.identify(old)).subject == USER
    assert (await during.identify(new)).subject == USER
    assert (await after.identify(new)).subject == USER
    for identity, token in ((before, new), (after, old)):
        with pytest.raises(Unauthenticated):
            await identity.identify(token)


@pytest.mark.parametrize("secret", [b"", b"s" * 31, b"-----BEGIN PUBLIC KEY-----\n" * 2 + b"-----END PUBLIC KEY-----"])
def test_a_weak_secret_is_refused(secret: bytes, clock: FakeClock) -> None:
    for bounds in (LocalBounds(secret), LocalBounds(SECRET, secret)):
        with pytest.raises(Invalid) as refusal:
            LocalTokens(bounds, clock, FakeIds())
        assert refusal.value.code == "TOKEN_SECRET"


def test_a_lifetime_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="second"):
        LocalBounds(SECRET, lifetime=timedelta(0))


def test_secrets_are_not_shown() -> None:
    shown = repr(LocalBounds(b"s3cret" * 6, b"0lder" * 8))
    assert "s3cret" not in shown
    assert "0lder" not in shown
