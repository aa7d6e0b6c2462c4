"""What the clients were told against what the ledger says; and what the ledger says of k."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from domain.trading.ledger import TRADES, Action, LedgerEntry
from tests.faults.log import Log, name_of
from tests.faults.wire import Receipt

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Orders by name, each under what is wrong with it.

    lost: acknowledged, but not in the ledger. altered: in the ledger with other numbers. doubled: there more than
    once. unexplained: there, but nobody was told. unanswered: no answer ever came. changed: a later answer was
    another one. broken: the desk met an error that it had no words for.
    """

    lost: list[str]
    altered: list[str]
    doubled: list[str]
    unexplained: list[str]
    unanswered: list[str]
    changed: list[str]
    broken: list[str]

    @property
    def findings(self) -> list[str]:
        """A line for each kind of fault that was found."""
        return [line for field in fields(self) for line in summed_up(field.name, getattr(self, field.name))]


def compare(log: Log, ledger: Iterable[LedgerEntry]) -> Comparison:
    """Every acknowledged trade is in the ledger, as acknowledged and once; and nothing else is."""
    executed = _by_order(ledger)
    told = log.receipts
    return Comparison(
        lost=[name for name in told if name not in executed],
        altered=[name for name, receipt in told.items() if name in executed and receipt not in executed[name]],
        doubled=[name for name, receipts in executed.items() if len(receipts) > 1],
        unexplained=[name for name in executed if name not in told],
        unanswered=log.unanswered,
        changed=log.changed,
        broken=log.broken,
    )


def _by_order(ledger: Iterable[LedgerEntry]) -> Mapping[str, list[Receipt]]:
    """What each order did: its last entry of one execution; fees paid out beside a removal belong to it."""
    executed: dict[str, list[Receipt]] = defaultdict(list)
    claimed: Receipt | None = None
    for entry in ledger:
        if not entry.key:
            continue
        receipts = executed[name_of(entry.key)]
        if entry.action is Action.REMOVE_LIQUIDITY and claimed in receipts and claimed.seq == entry.seq - 1:
            receipts.remove(claimed)
        claimed = Receipt.of(entry)
        receipts.append(claimed)
    return executed


def lowered_k(ledger: Iterable[LedgerEntry]) -> list[str]:
    """Trades after which yes · no of the pool is less than before, whatever the market maker's own code says."""
    return [
        f"market {entry.market_id}, seq {entry.seq}" for entry in ledger if entry.action in TRADES and _k_fell(entry)
    ]


def _k_fell(entry: LedgerEntry) -> bool:
    return entry.pool_yes_after * entry.pool_no_after < entry.pool_yes_before * entry.pool_no_before


def summed_up(kind: str, found: Sequence[str]) -> list[str]:
    """One line for all that was found of a kind, naming the first; none where nothing was."""
    return [f"{len(found)} {kind}: {', '.join(found[:MOST_NAMED])}"] if found else []
