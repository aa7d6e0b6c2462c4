"""Refresh tokens at random: tabs, lost answers, thieves and the clock, against a plain account of what is allowed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.accounts.session import REUSE_GRACE, SESSION_LIFETIME, RefreshToken, Session, Use, Verdict, use
from domain.shared.ids import SessionId
from tests.unit.domain.exchange import ALICE, OPENED

MOMENT = timedelta(microseconds=1)
WAITS = st.one_of(
    st.sampled_from([MOMENT, REUSE_GRACE / 2, REUSE_GRACE - MOMENT, REUSE_GRACE, REUSE_GRACE + MOMENT]),
    st.timedeltas(MOMENT, 2 * REUSE_GRACE),
)
MOST_OF_A_SESSION = SESSION_LIFETIME * 2 / 3
ENOUGH = 8
"""Tokens before somebody signs out, so that there is something to end."""

picks = st.integers(0, 10**6)


@dataclass(slots=True)
class Held:
    """A token that somebody holds, and when he used it for the first time."""

    token: RefreshToken
    first_used: datetime | None = None


class SessionMachine(RuleBasedStateMachine):
    """One session; whoever holds any of its tokens may use it at any time."""

    seen: ClassVar[Counter[str]] = Counter()
    use: ClassVar[Callable[[RefreshToken, Session, datetime], Use]] = staticmethod(use)

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED
        self.session = Session.opened(SessionId(UUID(int=1)), ALICE, OPENED)
        self.held = [Held(self.fresh(0))]
        self.over = False

    def fresh(self, number: int) -> RefreshToken:
        return RefreshToken(number.to_bytes(32, "big"), self.session.id, self.now)

    @rule(by=WAITS)
    def wait(self, by: timedelta) -> None:
        self.now += by

    @precondition(lambda self: len(self.held) >= ENOUGH)
    @rule()
    def stay_away(self) -> None:
        self.now += MOST_OF_A_SESSION

    @precondition(lambda self: len(self.held) >= ENOUGH and not self.over)
    @rule()
    def sign_out(self) -> None:
        self.session = self.session.revoked(self.now)
        self.over = True

    @rule()
    def use_the_newest(self) -> None:
        self.present(self.held[-1])

    @rule(pick=picks)
    def use_any(self, pick: int) -> None:
        self.present(self.held[pick % len(self.held)])

    def present(self, held: Held) -> None:
        expected = self.expected(held)
        used = type(self).use(held.token, self.session, self.now)
        assert used.verdict is expected
        self.seen[expected] += 1
        if expected is Verdict.ROTATED:
            self.seen["rotated in the grace"] += held.first_used is not None
            held.first_used = held.first_used or self.now
            self.held.append(Held(self.fresh(len(self.held))))
        self.over |= expected is Verdict.REUSED
        self.session, held.token = used.session, used.token

    def expected(self, held: Held) -> Verdict:
        if self.over or self.now - OPENED >= SESSION_LIFETIME:
            return Verdict.ENDED
        if held.first_used and self.now - held.first_used > REUSE_GRACE:
            return Verdict.REUSED
        return Verdict.ROTATED

    @invariant()
    def it_is_told_what_happened(self) -> None:
        assert [each.token.used_at for each in self.held] == [each.first_used for each in self.held]
        assert (self.session.revoked_at is not None) == self.over
        assert self.session.expires_at == OPENED + SESSION_LIFETIME

    def teardown(self) -> None:
        """Once a family is revoked, none of its tokens ever works again."""
        if self.over:
            uses = (type(self).use(each.token, self.session, self.now) for each in self.held)
            assert {used.verdict for used in uses} == {Verdict.ENDED}
