"""How an issuer is asked for its keys: seldom, once for all, in bounded time and size, and not at all costs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from adapters.identity.issuer_keys import KeyBounds
from adapters.identity.oidc import OidcIdentity
from domain.shared.errors import Unauthenticated, Unavailable
from tests.fakes.world import FakeClock
from tests.identity.conftest import FakeTimer
from tests.identity.forge import Forge, private_key, written
from tests.identity.issuer import SUBJECT, TestIssuer

HURRIED = KeyBounds(timeout=0.3)
NEW = "new key"


@pytest.fixture
def forge(forge_of: Callable[[str], Forge]) -> Forge:
    return forge_of("ES256")


@pytest.fixture
async def hurried(issuer: TestIssuer, clock: FakeClock, timer: FakeTimer) -> AsyncIterator[OidcIdentity]:
    """Patient for a third of a second only."""
    async with OidcIdentity(issuer.trusted(key_bounds=HURRIED), clock, timer) as identity:
        yield identity


async def accepted(identity: OidcIdentity, token: str) -> None:
    assert (await identity.identify(token)).subject == SUBJECT


async def refused(identity: OidcIdentity, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await identity.identify(token)


async def unavailable(identity: OidcIdentity, token: str) -> int:
    """After how many seconds it is worth another try."""
    with pytest.raises(Unavailable) as refusal:
        await identity.identify(token)
    assert refusal.value.code == "IDENTITY_UNAVAILABLE"
    seconds = refusal.value.details["retry_after_seconds"]
    assert isinstance(seconds, int)
    return seconds


async def test_keys_are_kept_for_ten_minutes(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    await accepted(oidc, forge.token())
    timer.seconds += 599
    await accepted(oidc, forge.token())
    assert issuer.asked == {"/.well-known/openid-configuration": 1, "/jwks": 1}
    timer.seconds += 1
    await accepted(oidc, forge.token())
    assert issuer.asked["/jwks"] == 2


async def test_a_key_that_is_withdrawn_is_good_no_longer(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    await accepted(oidc, forge.token())
    issuer.keys.clear()
    timer.seconds += 600
    await refused(oidc, forge.token())


async def test_however_many_ask_the_issuer_is_asked_once(oidc: OidcIdentity, issuer: TestIssuer, forge: Forge) -> None:
    await asyncio.gather(*(accepted(oidc, forge.token()) for _ in range(50)))
    assert issuer.asked["/jwks"] == 1


async def test_whoever_stops_waiting_does_not_stop_the_others(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge
) -> None:
    first, second = (asyncio.ensure_future(oidc.identify(forge.token())) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).subject == SUBJECT
    assert first.cancelled()
    assert issuer.asked["/jwks"] == 1


async def test_a_new_key_is_found_at_its_first_token(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer, clock: FakeClock
) -> None:
    await accepted(oidc, forge.token())
    key = private_key("ES256")
    issuer.add(key, NEW)
    new = issuer.forge(key, NEW, "ES256", clock.now())
    await refused(oidc, new.token())
    timer.seconds += 30
    await asyncio.gather(*(accepted(oidc, new.token()) for _ in range(10)))
    assert issuer.asked["/jwks"] == 2


async def test_unknown_keys_are_looked_for_once_in_a_while(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    await accepted(oidc, forge.token())
    for second in range(90):
        timer.seconds += 1
        await asyncio.gather(*(refused(oidc, forge.token({"kid": f"{second} {n}"})) for n in range(3)))
    assert issuer.asked["/jwks"] == 4


async def test_what_cannot_be_a_token_of_the_issuer_does_not_make_us_ask(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge
) -> None:
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "ES256K"}, {"kid": 1}, {"crit": ["x"]}, {"typ": "x"}):
        await refused(oidc, forge.signed(written(forge.header, header), b"{}", "ES256"))
    assert not issuer.asked


@pytest.mark.parametrize("way", ["fail", "hang_up", "stall", "trickle", "flood", "compress", "redirect"])
async def test_an_issuer_that_does_not_answer_with_keys(
    way: str, hurried: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    issuer.answer = getattr(issuer, way)
    assert await unavailable(hurried, forge.token()) == 5
    asked = issuer.asked.copy()
    issuer.answer = issuer.publish
    timer.seconds += 3
    assert await unavailable(hurried, forge.token()) == 2
    assert issuer.asked == asked
    assert not any("elsewhere" in path for path in asked)
    timer.seconds += 2
    await accepted(hurried, forge.token())


async def test_old_keys_serve_while_the_issuer_is_down(
    hurried: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    await accepted(hurried, forge.token())
    issuer.answer = issuer.stall
    for _ in range(5):
        timer.seconds += 599
        await accepted(hurried, forge.token())
    timer.seconds += 604
    await accepted(hurried, forge.token())
    timer.seconds += 1
    assert await unavailable(hurried, forge.token()) > 0
    issuer.answer = issuer.publish
    timer.seconds += 5
    await accepted(hurried, forge.token())


async def test_nobody_waits_for_an_issuer_that_is_known_to_be_down(
    issuer: TestIssuer, clock: FakeClock, timer: FakeTimer, forge: Forge
) -> None:
    async with OidcIdentity(issuer.trusted(key_bounds=HURRIED), clock, timer) as identity:
        await accepted(identity, forge.token())
        issuer.answer = issuer.fail
        timer.seconds += 600
        await accepted(identity, forge.token())
        issuer.answer = issuer.stall
        issuer.heard.clear()
        timer.seconds += 5
        task = asyncio.ensure_future(identity.identify(forge.token()))
        await asyncio.sleep(0)
        assert task.done()
        await issuer.heard.wait()  # for it is asked again meanwhile


async def test_an_unknown_key_is_not_called_false_while_the_issuer_is_down(
    hurried: OidcIdentity, issuer: TestIssuer, forge: Forge, timer: FakeTimer
) -> None:
    await accepted(hurried, forge.token())
    issuer.answer = issuer.fail
    timer.seconds += 30
    await unavailable(hurried, forge.token({"kid": NEW}))
    await accepted(hurried, forge.token())
    issuer.answer = issuer.publish
    timer.seconds += 30
    await refused(hurried, forge.token({"kid": NEW}))


async def test_leaving_gives_up_a_fetch(issuer: TestIssuer, clock: FakeClock, forge: Forge) -> None:
    issuer.answer = issuer.stall
    identity = OidcIdentity(issuer.trusted(), clock)
    waiting = asyncio.ensure_future(identity.identify(forge.token()))
    await issuer.heard.wait()
    await identity.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_tokens_age_by_the_clock_and_keys_by_the_timer(
    oidc: OidcIdentity, issuer: TestIssuer, forge: Forge, clock: FakeClock
) -> None:
    await accepted(oidc, forge.token())
    clock.advance(timedelta(days=1))
    await refused(oidc, forge.token())
    assert issuer.asked["/jwks"] == 1


async def test_a_check_fetches_what_is_old_and_tells_of_what_fails(
    oidc: OidcIdentity, issuer: TestIssuer, timer: FakeTimer
) -> None:
    for _ in range(3):
        await oidc.check()
    assert issuer.asked["/jwks"] == 1
    timer.seconds += 600
    issuer.answer = issuer.fail
    for _ in range(3):
        with pytest.raises(Unavailable):
            await oidc.check()
    issuer.answer = issuer.publish
    with pytest.raises(Unavailable):
        await oidc.check()
    timer.seconds += 5
    await oidc.check()
    assert issuer.asked["/jwks"] == 2
