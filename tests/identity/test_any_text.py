"""Whatever stands in a token's place is refused as such, and never fails in another way."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.identity.compact import verified
from adapters.identity.jwks import keys_in
from adapters.identity.local import LocalBounds, LocalTokens
from application.accounts.identity import Claims
from domain.shared.errors import Unauthenticated
from tests.fakes.world import START, FakeClock, FakeIds
from tests.identity.conftest import SECRET, USER
from tests.identity.forge import encoded, local_forge, published, stranger, written

LOCAL = LocalTokens(LocalBounds(SECRET), FakeClock(), FakeIds())
FORGE = local_forge(SECRET, USER, START)
TOKEN = FORGE.token()
PUBLISHED = keys_in({"keys": [published(stranger(alg), alg) for alg in ("ES256", "RS256", "EdDSA")]})

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
members = st.dictionaries(st.sampled_from([*FORGE.claims, "nbf", "typ", "alg", "kid"]) | st.text(), json_values)


def refused(token: str) -> bool:
    try:
        asyncio.run(LOCAL.identify(token))
    except Unauthenticated:
        return True
    return False


@given(st.text(st.characters(codec=None), max_size=300) | st.text("aA0._-=", max_size=40))
def test_any_text_is_refused(text: str) -> None:
    assert refused(text)


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_a_token_with_one_other_letter_is_refused(position: int, letter: str) -> None:
    changed = TOKEN[:position] + letter + TOKEN[position + 1 :]
    assert changed == TOKEN or refused(changed)


@settings(deadline=None)
@given(members, members)
def test_any_claims_that_we_signed_are_refused_or_name_the_user(
    header: dict[str, object], claims: dict[str, object]
) -> None:
    token = FORGE.token(header, **{name: claim for name, claim in claims.items() if name != "header"})
    try:
        found = asyncio.run(LOCAL.identify(token))
    except Unauthenticated:
        return
    assert found == Claims("presage", USER)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=70))
def test_any_three_parts_are_refused(header: bytes, payload: bytes, tail: bytes) -> None:
    honest = encoded(written(FORGE.header, {}))
    assert refused(".".join(map(encoded, (header, payload, tail))))
    assert refused(".".join((honest, encoded(payload), encoded(tail))))


@settings(deadline=None)
@given(st.sampled_from(sorted(PUBLISHED)), st.binary(max_size=100) | st.binary(min_size=256, max_size=256))
def test_any_signature_is_refused(alg: str, tail: bytes) -> None:
    text = ".".join(encoded(part) for part in (written({"alg": alg}, {}), written(FORGE.claims, {}), tail or b"0"))
    with pytest.raises(Unauthenticated):
        verified(text, [PUBLISHED[alg]])


def test_a_good_token_would_be_seen() -> None:
    assert not refused(TOKEN)
    with pytest.raises(Unauthenticated):
        asyncio.run(LOCAL.identify(TOKEN + "x"))
