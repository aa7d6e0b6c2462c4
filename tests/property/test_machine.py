"""The whole domain at random. Every check stands after every step, and in the end every kind of event has been met."""

from collections import Counter
from typing import ClassVar, get_args

from hypothesis.stateful import run_state_machine_as_test

from domain.trading.ledger import Action
from domain.trading.orders import Instruction
from tests.property.exchange_machine import ExchangeMachine

LIFE = {"approve", "pause", "resume", "close", "RESOLVED YES", "RESOLVED NO", "CANCELLED None", "another market"}
SETTLEMENT = {
    "PAYOUT of RESOLVED",
    "FEE_CLAIM of RESOLVED",
    "VAULT_SWEEP of RESOLVED",
    "REFUND of CANCELLED",
    "FEE_CLAIM of CANCELLED",
    "VAULT_SWEEP of CANCELLED",
}


class CountingMachine(ExchangeMachine):
    """With a count of its own of what happened."""

    seen: ClassVar[Counter[str]] = Counter()


def test_everything_holds_whatever_happens() -> None:
    run_state_machine_as_test(CountingMachine)
    orders = {instruction.__name__ for instruction in get_args(Instruction)}
    actions = set(Action) - {Action.PAYOUT, Action.REFUND, Action.VAULT_SWEEP}
    assert (orders | actions | LIFE | SETTLEMENT) - set(CountingMachine.seen) == set()
