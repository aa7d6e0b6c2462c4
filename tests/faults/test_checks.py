"""What the clients were told, compared with ledgers that are each wrong in one way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import GENESIS, Action, LedgerEntry
from domain.trading.orders import ClaimFees, Order
from tests.faults.checks import compare
from tests.faults.log import Log
from tests.faults.wire import Broken, Receipt, Refusal

MARKET, USER = MarketId(UUID(int=1)), UserId(UUID(int=2))


def entry(seq: int, key: str | None, action: Action = Action.MINT) -> LedgerEntry:
    return LedgerEntry(
        MARKET, seq, USER, action, None, 5, 0, 0, 0, 0, 0, 5, 0, 5, 0, 0, 9, 9, 9, 9, 14, 500_000,
        datetime(2030, 1, 1, tzinfo=UTC), key, None if key is None else bytes(32), GENESIS,
    )  # fmt: skip


LEDGER = [
    entry(1, None),
    entry(2, "a"),
    entry(3, "b", Action.FEE_CLAIM),
    entry(4, "b", Action.REMOVE_LIQUIDITY),
    entry(5, "c", Action.FEE_CLAIM),
]


@pytest.fixture
def log() -> Log:
    log = Log()
    for told in (LEDGER[1], LEDGER[3], LEDGER[4]):
        assert told.key
        log.orders[told.key] = Order(USER, MARKET, told.key, ClaimFees())
        log.answered(told.key, Receipt.of(told))
    log.orders["d"] = Order(USER, MARKET, "d", ClaimFees())
    log.answered("d", Refusal("NOTHING_TO_CLAIM"))
    return log


def test_a_ledger_that_says_what_the_clients_were_told(log: Log) -> None:
    assert compare(log, LEDGER).findings == []


@pytest.mark.parametrize(
    ("ledger", "finding"),
    [
        ([*LEDGER[:1], *LEDGER[2:]], "1 lost: a"),
        ([LEDGER[0], replace(LEDGER[1], amount_in=6), *LEDGER[2:]], "1 altered: a"),
        ([*LEDGER, entry(6, "a")], "1 doubled: a"),
        ([*LEDGER, entry(6, "a.7")], "1 doubled: a"),
        ([*LEDGER, entry(6, "c", Action.FEE_CLAIM)], "1 doubled: c"),
        ([*LEDGER, entry(6, "d")], "1 unexplained: d"),
        ([*LEDGER, entry(6, "e")], "1 unexplained: e"),
    ],
)
def test_a_ledger_that_says_something_else(log: Log, ledger: list[LedgerEntry], finding: str) -> None:
    assert compare(log, ledger).findings == [finding]


@pytest.mark.parametrize(
    ("happens", "kind"),
    [
        (lambda log: log.orders.update(z=log.orders["a"]), "unanswered"),
        (lambda log: log.answered("a", replace(log.receipts["a"], amount_in=6)), "changed"),
        (lambda log: log.answered("a", Refusal("INSUFFICIENT_POINTS")), "changed"),
        (lambda log: log.answered("d", Refusal("INSUFFICIENT_POINTS")), "changed"),
        (lambda log: log.answered("d", Broken("KeyError()")), "broken"),
    ],
)
def test_clients_that_were_told_wrong(log: Log, happens: Callable[[Log], None], kind: str) -> None:
    happens(log)
    assert [finding.split()[1].rstrip(":") for finding in compare(log, LEDGER).findings] == [kind]


def test_a_repeat_with_the_same_answer_changes_nothing(log: Log) -> None:
    log.answered("a", replace(log.receipts["a"], repeated=True))
    log.answered("d", Refusal("NOTHING_TO_CLAIM"))
    assert compare(log, LEDGER).findings == []
    assert log.learnt_late == 0
