"""Who acts as an administrator, and why."""

from uuid import UUID

import pytest

from domain.accounts.user import Role, User
from domain.shared.administration import Actor, AdminAction, Subject
from domain.shared.errors import Invalid
from domain.shared.ids import UserId
from tests.unit.domain.exchange import ALICE


@pytest.mark.parametrize("reason", ["", "   ", "r" * 501, "line\nbreak", "zero\0", "\ud800"])
def test_an_unusable_reason(reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        Actor(ALICE, reason)
    assert refused.value.code == "REASON"


@pytest.mark.parametrize("reason", ["r", "r" * 500, "Просьба участника № 7"])
def test_a_usable_reason(reason: str) -> None:
    assert Actor(None, reason).reason == reason


def test_every_action_names_its_subject() -> None:
    assert {action.subject for action in AdminAction} == set(Subject)
    assert AdminAction.MARKET_SWEPT.subject is Subject.MARKET
    assert AdminAction.USER_ROLE_CHANGED.subject is Subject.USER


@pytest.mark.parametrize(
    ("role", "active", "administers"),
    [(Role.ADMIN, True, True), (Role.ADMIN, False, False), (Role.USER, True, False), (Role.TREASURY, True, False)],
)
def test_who_administers(role: Role, active: bool, administers: bool) -> None:
    assert User(UserId(UUID(int=1)), "ada", role, active=active).administers is administers
