"""Accounts and the grants by which points come to be."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.accounts.user import GrantReason, PointGrant, User
from domain.shared.errors import Forbidden, Invalid
from domain.shared.ids import GrantId
from domain.shared.money import MAX_AMOUNT, MAX_HOLDING
from tests.unit.domain.exchange import ALICE, OPENED

GRANT = PointGrant(GrantId(UUID(int=1)), ALICE, 1_000, GrantReason.ADMIN_GRANT, "reference", OPENED)


@pytest.mark.parametrize("handle", ["", "h" * 65, "line\nbreak", "zero\0", "\ud800"])
def test_an_unusable_handle(handle: str) -> None:
    with pytest.raises(Invalid) as refused:
        User(ALICE, handle)
    assert refused.value.code == "HANDLE"


@pytest.mark.parametrize("handle", ["a", "h" * 64, "Алиса из Минска"])
def test_a_usable_handle(handle: str) -> None:
    assert User(ALICE, handle).handle == handle


def test_a_deactivated_account_may_do_nothing() -> None:
    alice = User(ALICE, "alice")
    alice.require_active()
    with pytest.raises(Forbidden) as refused:
        replace(alice, active=False).require_active()
    assert refused.value.code == "ACCOUNT_INACTIVE"


def test_a_grant_is_credited() -> None:
    assert GRANT.credited_to(5) == 1_005


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "AMOUNT_OUT_OF_BOUNDS"),
        (-1, "AMOUNT_OUT_OF_BOUNDS"),
        (MAX_AMOUNT + 1, "AMOUNT_OUT_OF_BOUNDS"),
        (1.0, "AMOUNT_NOT_INTEGER"),
        (True, "AMOUNT_NOT_INTEGER"),
    ],
)
def test_a_grant_of_an_impossible_amount(amount: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(GRANT, amount=amount)
    assert refused.value.code == code


def test_a_grant_beyond_what_a_balance_holds() -> None:
    assert GRANT.credited_to(MAX_HOLDING - 1_000) == MAX_HOLDING
    with pytest.raises(Invalid) as refused:
        GRANT.credited_to(MAX_HOLDING - 999)
    assert refused.value.code == "HOLDING_TOO_LARGE"


@pytest.mark.parametrize("reference", ["", "r" * 256, "zero\0", "\ud800"])
def test_an_unusable_reference(reference: str) -> None:
    """No text column holds a zero, and no UTF-8 a lone surrogate."""
    with pytest.raises(Invalid) as refused:
        replace(GRANT, reference=reference)
    assert refused.value.code == "GRANT_REFERENCE"
