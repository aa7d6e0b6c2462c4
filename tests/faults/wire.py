"""Orders and answers as lines of JSON, between the load and the desks that it trades with."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self, get_args
from uuid import UUID

from domain.shared.ids import MarketId, UserId
from domain.trading.cpmm import Outcome
from domain.trading.ledger import LedgerEntry
from domain.trading.orders import Instruction, Order

_KINDS: dict[str, type[Instruction]] = {kind.__name__: kind for kind in get_args(Instruction)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a desk acknowledged: where the trade stands in the ledger, and its numbers, in micro-units.

    `repeated` where the order had been executed before, though nobody had been told.
    """

    market: str
    seq: int
    user: str
    key: str
    action: str
    amount_in: int
    amount_out: int
    yes: int
    no: int
    hash: str
    repeated: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, entry: LedgerEntry) -> Self:
        """What is acknowledged of an order's entry."""
        return cls(
            str(entry.market_id),
            entry.seq,
            str(entry.user_id),
            entry.key or "",
            str(entry.action),
            entry.amount_in,
            entry.amount_out,
            entry.yes_after - entry.yes_before,
            entry.no_after - entry.no_before,
            entry.hash.hex(),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """The order was refused, for good."""

    code: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Neither filled nor refused: the same order has to be sent again."""

    code: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The desk met an error that it has no words for."""

    error: str


Answer = Receipt | Refusal | NotNow | Broken

_ANSWERS: dict[str, type[Answer]] = {kind.__name__: kind for kind in get_args(Answer)}


def dump_order(order: Order) -> bytes:
    """An order as a line."""
    instruction = order.instruction
    content = {"kind": type(instruction).__name__, "fields": asdict(instruction)}
    return _line({"user": str(order.user_id), "market": str(order.market_id), "key": order.key, **content})


def load_order(line: bytes) -> Order:
    """The order of a line."""
    told = json.loads(line)
    fields: dict[str, Any] = told["fields"]
    if "outcome" in fields:
        fields["outcome"] = Outcome(fields["outcome"])
    instruction = _KINDS[told["kind"]](**fields)
    return Order(UserId(UUID(told["user"])), MarketId(UUID(told["market"])), told["key"], instruction)


def dump_answer(answer: Answer) -> bytes:
    """An answer as a line."""
    return _line({"kind": type(answer).__name__, "fields": asdict(answer)})


def load_answer(line: bytes) -> Answer:
    """The answer of a line."""
    told = json.loads(line)
    return _ANSWERS[told["kind"]](**told["fields"])


def receipt(entry: LedgerEntry, *, repeated: bool) -> Receipt:
    """The receipt that a desk gives."""
    return replace(Receipt.of(entry), repeated=repeated)


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode() + b"\n"
