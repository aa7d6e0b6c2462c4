"""Refresh tokens at random, where every kind of use has been met in the end; and that a faulty rule is found."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.accounts.session import REUSE_GRACE, RefreshToken, Session, Use, Verdict, use
from tests.property.session_machine import SessionMachine

searching = settings(
    phases=[Phase.generate],
    max_examples=1_000,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
)
Rule = Callable[[RefreshToken, Session, datetime], Use]


def forgiving(token: RefreshToken, session: Session, now: datetime) -> Use:
    """Reuse revokes nothing."""
    used = use(token, session, now)
    return replace(used, session=session)


def without_grace(token: RefreshToken, session: Session, now: datetime) -> Use:
    """The second tab is taken for a thief."""
    if token.used_at is not None and session.is_live(now):
        return Use(Verdict.REUSED, session.revoked(now), token)
    return use(token, session, now)


def endless_grace(token: RefreshToken, session: Session, now: datetime) -> Use:
    """Each use begins the grace anew."""
    used = use(token, session, now)
    return replace(used, token=replace(token, used_at=now)) if used.verdict is Verdict.ROTATED else used


def longer_grace(token: RefreshToken, session: Session, now: datetime) -> Use:
    """Twice as long as it should be."""
    if token.used_at is not None and now - token.used_at <= 2 * REUSE_GRACE and session.is_live(now):
        return Use(Verdict.ROTATED, session, token)
    return use(token, session, now)


def eternal(token: RefreshToken, session: Session, now: datetime) -> Use:
    """Sessions do not expire."""
    return use(token, session, min(now, session.created_at) if session.revoked_at is None else now)


class CountingMachine(SessionMachine):
    """With a count of its own of what happened."""

    seen: ClassVar[Counter[str]] = Counter()


def test_sessions_hold_whatever_happens() -> None:
    run_state_machine_as_test(CountingMachine)
    assert {*Verdict, "rotated in the grace"} - set(+CountingMachine.seen) == set()


@pytest.mark.parametrize("fault", [forgiving, without_grace, endless_grace, longer_grace, eternal])
def test_a_faulty_rule_is_found(fault: Rule) -> None:
    faulty = type("FaultyMachine", (SessionMachine,), {"use": staticmethod(fault)})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(faulty, settings=searching)
