"""Ledger entries: the hash that seals every field of them, and the chain that they make."""

from dataclasses import fields, replace
from datetime import timedelta, timezone
from hashlib import sha256
from itertools import combinations, count, pairwise
from uuid import UUID

import pytest

from domain.shared.ids import MarketId, UserId
from domain.trading.ledger import GENESIS, Action, LedgerEntry, content_hash
from domain.trading.orders import AddLiquidity, Buy, CloseOut, Mint
from tests.unit.domain.exchange import ALICE, BOB, MARKET, OPENED, an_exchange
from tests.unit.domain.test_prices import NO, YES

NUMBERS = [
    "seq",
    "amount_in",
    "amount_out",
    "fee",
    "vault_fee",
    "lp_fee",
    "yes_before",
    "yes_after",
    "no_before",
    "no_after",
    "lp_before",
    "lp_after",
    "pool_yes_before",
    "pool_no_before",
    "pool_yes_after",
    "pool_no_after",
    "collateral_after",
    "price",
]

ENTRY = LedgerEntry(
    market_id=MARKET,
    user_id=ALICE,
    action=Action.BUY,
    outcome=YES,
    executed_at=OPENED,
    key="key",
    fingerprint=bytes(range(32)),
    prev_hash=bytes(range(100, 132)),
    **dict(zip(NUMBERS, count(1))),  # type: ignore[arg-type]  # mypy sees no names in it
)
"""Every number in it is another."""

CHANGES: dict[str, list[object]] = {
    **{name: [0, -1, 1_000, 2**63 - 1] for name in NUMBERS},
    "market_id": [MarketId(UUID(int=7))],
    "user_id": [UserId(UUID(int=7))],
    "action": [action for action in Action if action is not Action.BUY],
    "outcome": [NO, None],
    "executed_at": [OPENED + timedelta(microseconds=1), OPENED - timedelta(days=30_000)],
    "key": ["kez", "key ", "", None, "=key"],
    "fingerprint": [bytes(31) + b"\1", None],
    "prev_hash": [GENESIS, bytes(range(101, 133))],
}


def resealed(**changes: object) -> bytes:
    return content_hash(replace(ENTRY, **changes))  # type: ignore[arg-type]  # each change names its own field


def test_every_field_is_tried() -> None:
    assert set(CHANGES) == {field.name for field in fields(LedgerEntry)} - {"hash"}


@pytest.mark.parametrize("name", CHANGES)
def test_one_field_changes_the_hash(name: str) -> None:
    hashes = [resealed(**{name: other}) for other in CHANGES[name]]
    assert ENTRY.hash not in hashes
    assert len(set(hashes)) == len(hashes)


def test_swapping_two_numbers_changes_the_hash() -> None:
    swapped = [
        resealed(**{one: getattr(ENTRY, other), other: getattr(ENTRY, one)}) for one, other in combinations(NUMBERS, 2)
    ]
    assert len({ENTRY.hash, *swapped}) == len(swapped) + 1


def test_an_absent_key_is_not_an_empty_one() -> None:
    assert resealed(key=None) != resealed(key="")


def test_an_absent_fingerprint_is_not_one_of_zeros() -> None:
    assert resealed(fingerprint=None) != resealed(fingerprint=bytes(32))


def test_the_hash_is_what_its_documentation_says() -> None:
    noon_of_1_march_2026 = 1_772_366_400_000_000
    numbers = [ENTRY.seq, noon_of_1_march_2026, *(getattr(ENTRY, name) for name in NUMBERS[1:])]
    content = ENTRY.prev_hash + ENTRY.market_id.bytes + ENTRY.user_id.bytes
    content += b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)
    content += b"=" + bytes(range(32)) + b"\0BUY\0YES\0=key"
    assert ENTRY.hash == sha256(content).digest()


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    assert resealed(executed_at=OPENED.astimezone(timezone(timedelta(hours=-8)))) == ENTRY.hash


def test_a_stored_hash_is_kept_to_be_compared() -> None:
    forged = replace(ENTRY, amount_in=5)
    assert forged.hash == ENTRY.hash
    assert content_hash(forged) != forged.hash


def test_entries_make_a_chain() -> None:
    exchange = an_exchange(fee_bps=100)
    exchange.place(ALICE, AddLiquidity(1_000_000, 500_000))
    exchange.place(BOB, Buy(YES, 1_000))
    exchange.place(BOB, Mint(1_000))
    exchange.place(BOB, CloseOut())
    entries = exchange.entries[MARKET]
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert entries[0].prev_hash == GENESIS
    assert all(later.prev_hash == earlier.hash for earlier, later in pairwise(entries))
    assert (exchange.books[MARKET].seq, exchange.books[MARKET].head) == (4, entries[-1].hash)
    assert all(content_hash(entry) == entry.hash for entry in entries)
