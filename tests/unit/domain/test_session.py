"""Sessions and the use of their refresh tokens."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.accounts.session import REUSE_GRACE, SESSION_LIFETIME, RefreshToken, Session, Use, Verdict, use
from domain.shared.ids import SessionId
from tests.unit.domain.exchange import ALICE, OPENED

SESSION = Session.opened(SessionId(UUID(int=7)), ALICE, OPENED)
TOKEN = RefreshToken(b"h" * 32, SESSION.id, OPENED)
MOMENT = timedelta(microseconds=1)
LATER = OPENED + timedelta(hours=1)
USED = replace(TOKEN, used_at=LATER)


def test_a_session_lasts_so_long() -> None:
    assert SESSION.expires_at - SESSION.created_at == SESSION_LIFETIME == timedelta(days=30)
    assert SESSION.is_live(OPENED)
    assert SESSION.is_live(SESSION.expires_at - MOMENT)
    assert not SESSION.is_live(SESSION.expires_at)


def test_a_session_is_revoked_once() -> None:
    revoked = SESSION.revoked(LATER)
    assert revoked.revoked_at == LATER
    assert not revoked.is_live(LATER)
    assert revoked.revoked(LATER + MOMENT) == revoked


def test_the_first_use_rotates() -> None:
    assert use(TOKEN, SESSION, LATER) == Use(Verdict.ROTATED, SESSION, USED)


@pytest.mark.parametrize("after", [timedelta(0), MOMENT, REUSE_GRACE, -MOMENT])
def test_two_tabs_at_once_both_rotate(after: timedelta) -> None:
    """The clock of another process may be a little behind."""
    assert use(USED, SESSION, LATER + after) == Use(Verdict.ROTATED, SESSION, USED)


@pytest.mark.parametrize("after", [REUSE_GRACE + MOMENT, timedelta(days=1)])
def test_a_later_use_revokes_the_family(after: timedelta) -> None:
    now = LATER + after
    assert use(USED, SESSION, now) == Use(Verdict.REUSED, SESSION.revoked(now), USED)


@pytest.mark.parametrize("token", [TOKEN, USED])
def test_what_has_ended_is_used_no_more(token: RefreshToken) -> None:
    revoked = SESSION.revoked(LATER)
    assert use(token, revoked, LATER) == Use(Verdict.ENDED, revoked, token)
    assert use(token, SESSION, SESSION.expires_at) == Use(Verdict.ENDED, SESSION, token)


def test_hashes_are_not_shown() -> None:
    assert "hhh" not in repr(TOKEN)
