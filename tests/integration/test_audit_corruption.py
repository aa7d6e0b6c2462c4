"""Whatever is changed behind the exchange's back, the audit names it."""

import re
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from adapters.postgres.rows import LEDGER_COLUMNS, entry_row, to_entry
from application.trading.findings import MOST_SHOWN, Check
from domain.trading.ledger import GENESIS, LedgerEntry
from tests.integration.audited import audited, told
from tests.support import on_database

OPEN, WON, CANCELLED = (str(UUID(int=number)) for number in (4, 1, 3))
"""Markets of the history: one that trades, one that was resolved YES and settled, one that was cancelled."""

NOBODY = str(UUID(int=0xFFFF))
UUIDS = "[0-9a-f-]{36}"

_BOUGHT = f"(SELECT min(seq) FROM trade_ledger WHERE market_id = '{OPEN}' AND action = 'BUY')"
_HOLDER = f"(SELECT user_id FROM portfolios WHERE market_id = '{OPEN}' AND yes > 0 AND yes_basis > 0 LIMIT 1)"
_PROVIDER = f"(SELECT user_id FROM lp_positions WHERE market_id = '{OPEN}' AND shares > 0 LIMIT 1)"


def _last(market: str) -> str:
    return f"(SELECT max(seq) FROM trade_ledger WHERE market_id = '{market}')"


def _entry(change: str, market: str = OPEN, seq: str = _BOUGHT) -> str:
    return f"UPDATE trade_ledger SET {change} WHERE market_id = '{market}' AND seq = {seq}"


def _pool(change: str) -> str:
    return f"UPDATE liquidity_pools SET {change} WHERE market_id = '{OPEN}'"


def _position(change: str) -> str:
    return f"UPDATE portfolios SET {change} WHERE market_id = '{OPEN}' AND user_id = {_HOLDER}"


def _stake(change: str) -> str:
    return f"UPDATE lp_positions SET {change} WHERE market_id = '{OPEN}' AND user_id = {_PROVIDER}"


_HELD = rf"user {UUIDS} in market {OPEN}: "

CORRUPTIONS = {
    "an amount in an old entry": (_entry("amount_in = amount_in + 1"), rf"entry \d+ of market {OPEN}: hash is"),
    "a time in an old entry": (_entry("executed_at = executed_at - interval '1 day'"), rf"market {OPEN}: hash is"),
    "the user of an old entry": (_entry(f"user_id = '{NOBODY}'"), rf"user {NOBODY}: balance, .* is nothing"),
    "a key in an old entry": (_entry("key = key || '!'"), rf"entry \d+ of market {OPEN}: hash is"),
    "the hash of an old entry": (_entry("hash = sha256(hash)", seq="2"), f"entry 3 of market {OPEN}: prev_hash is"),
    "a payout": (
        _entry(
            "amount_out = amount_out + 1", WON, f"(SELECT max(seq) - 1 FROM trade_ledger WHERE market_id = '{WON}')"
        ),
        f"of market {WON}: amount_out is",
    ),
    "an entry is gone": (
        f"DELETE FROM trade_ledger WHERE market_id = '{OPEN}' AND seq = 3",
        f"entry 4 of market {OPEN}: seq is 4, should be 3",
    ),
    "the last entry is gone": (
        f"DELETE FROM trade_ledger WHERE market_id = '{OPEN}' AND seq = {_last(OPEN)}",
        rf"market {OPEN}: book\.seq is",
    ),
    "the whole ledger of a market is gone": (
        f"DELETE FROM trade_ledger WHERE market_id = '{OPEN}'",
        rf"market {OPEN}: book\.pool is Pool\(.*\), should be nothing",
    ),
    "a balance": (f"UPDATE users SET balance = balance + 1 WHERE id = {_HOLDER}", f"user {UUIDS}: balance, by grants"),
    "a user is gone": (f"DELETE FROM users WHERE id = {_HOLDER}", f"user {UUIDS}: balance, .* is nothing"),
    "a grant": ("UPDATE point_grants SET amount = amount + 1 WHERE reference = 'founding'", "balance, by grants"),
    "a grant to nobody": (
        f"INSERT INTO point_grants VALUES ('{NOBODY}', '{NOBODY}', 5, 'ADMIN_GRANT', 'gift', now())",
        f"user {NOBODY}: balance, .* is nothing, should be 5",
    ),
    "a grant is gone": (
        f"DELETE FROM point_grants WHERE user_id = {_HOLDER}",
        "points in balances, collateral and fees is",
    ),
    "YES shares": (_position("yes = yes + 1"), _HELD + r"position\.yes is"),
    "NO shares": (_position("no = no + 1"), f"market {OPEN}: NO shares in pool and positions is"),
    "the basis of YES shares": (_position("yes_basis = yes_basis + 1"), _HELD + r"position\.yes_basis is"),
    "the basis of NO shares": (_position("no_basis = no_basis + 1"), _HELD + r"position\.no_basis is"),
    "realised profit": (_position("realised = realised + 1"), _HELD + r"position\.realised is"),
    "a position is gone": (
        f"DELETE FROM portfolios WHERE market_id = '{OPEN}' AND user_id = {_HOLDER}",
        _HELD + r"position\.yes is 0",
    ),
    "a position out of nothing": (
        f"INSERT INTO portfolios VALUES ('{OPEN}', '{NOBODY}', 7, 7, 0, 0, 0)",
        rf"user {NOBODY} in market {OPEN}: position\.yes is 7, should be 0",
    ),
    "a reserve": (_pool("yes = yes + 1"), rf"market {OPEN}: book\.pool\.yes is"),
    "the other reserve": (_pool("no = no - 1"), f"market {OPEN}: NO shares in pool and positions is"),
    "the supply of LP shares": (_pool("lp_supply = lp_supply + 1"), rf"market {OPEN}: book\.lp_supply is"),
    "the collateral": (_pool("collateral = collateral + 1"), rf"market {OPEN}: book\.collateral is"),
    "the vault's fees": (_pool("vault_fees = vault_fees + 1"), rf"market {OPEN}: book\.vault_fees is"),
    "the providers' fees": (_pool("lp_fees = lp_fees + 1"), rf"market {OPEN}: book\.lp_fees\.accrued is"),
    "fees per LP share": (
        _pool("lp_fee_per_share = lp_fee_per_share + 1"),
        rf"market {OPEN}: book\.lp_fees\.per_share is",
    ),
    "the remainder of the fees": (
        _pool("lp_fee_remainder = lp_fee_remainder + 1"),
        rf"market {OPEN}: book\.lp_fees\.remainder is",
    ),
    "the length of a chain": (_pool("seq = seq + 1"), rf"market {OPEN}: book\.seq is"),
    "the end of a chain": (_pool("head = sha256(head)"), rf"market {OPEN}: book\.head is"),
    "a pool is gone": (f"DELETE FROM liquidity_pools WHERE market_id = '{OPEN}'", f"market {OPEN}: book is nothing"),
    "LP shares": (_stake("shares = shares + 1"), _HELD + r"stake\.shares is"),
    "the basis of LP shares": (_stake("basis = basis + 1"), _HELD + r"stake\.basis is"),
    "fees owed to a provider": (_stake("fee_owed = fee_owed + 1"), _HELD + r"stake\.owed is"),
    "where a provider's fees stand": (_stake("fee_checkpoint = fee_checkpoint + 1"), _HELD + r"stake\.checkpoint is"),
    "a provider is gone": (
        f"DELETE FROM lp_positions WHERE market_id = '{OPEN}' AND user_id = {_PROVIDER}",
        _HELD + r"stake\.shares is 0",
    ),
    "a fee": (
        f"UPDATE markets SET fee_bps = fee_bps + 1 WHERE id = '{OPEN}'",
        rf"of market {OPEN}: fee is \d+, should",
    ),
    "the providers' part of a fee": (
        f"UPDATE markets SET lp_fee_bps = lp_fee_bps - 100 WHERE id = '{OPEN}'",
        f"of market {OPEN}: lp_fee is",
    ),
    "another result": (f"UPDATE markets SET outcome = 'NO' WHERE id = '{WON}'", f"of market {WON}: outcome is YES"),
    "a result after a cancellation": (
        f"UPDATE markets SET status = 'RESOLVED', outcome = 'YES' WHERE id = '{CANCELLED}'",
        f"of market {CANCELLED}: action is REFUND, should be PAYOUT",
    ),
    "settled with collateral": (
        f"UPDATE markets SET status = 'RESOLVED', outcome = 'YES', settled = true WHERE id = '{OPEN}'",
        f"market {OPEN}: anything left after settlement is True, should be False",
    ),
    "a market is gone": (
        f"DELETE FROM markets WHERE id = '{OPEN}'",
        f"market {OPEN}: market is unknown, should be known, as it has ledger entries",
    ),
    "an order filled twice": (
        _entry(f"(user_id, key) = (SELECT user_id, key FROM trade_ledger WHERE market_id = '{OPEN}' AND seq = 1)"),
        f"idempotency key 'open-3' of user {UUIDS}: answers is 2 filled and 0 refused, should be one",
    ),
    "an order both filled and refused": (
        "INSERT INTO refused_orders SELECT user_id, key, '', '{}', now() FROM trade_ledger WHERE key = 'open-3'",
        f"idempotency key 'open-3' of user {UUIDS}: answers is 1 filled and 1 refused, should be one",
    ),
}


async def corrupt(url: str, statement: str) -> None:
    """Change what no trigger and no foreign key would let pass."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica; " + statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("name", CORRUPTIONS)
async def test_a_corruption_is_named(copied: str, name: str) -> None:
    statement, expected = CORRUPTIONS[name]
    await corrupt(copied, statement)
    report = await audited(copied)
    assert not report.clean
    assert re.search(expected, told(report)), told(report)


async def test_what_is_not_corrupted_is_not_named(copied: str) -> None:
    await corrupt(copied, _pool("vault_fees = vault_fees + 1"))
    report = await audited(copied)
    assert [checked.check for checked in report.checks if checked.found] == [Check.MARKETS, Check.POINTS]
    assert report.found == len(report.differences) == 2


async def test_many_differences_are_counted_and_some_named(copied: str) -> None:
    await corrupt(copied, "UPDATE trade_ledger SET price = price + 1")
    [entries] = [checked for checked in (await audited(copied)).checks if checked.check is Check.ENTRIES]
    assert entries.found >= entries.count > MOST_SHOWN == len(entries.differences)


async def test_a_forger_who_seals_the_chain_anew_is_found(copied: str) -> None:
    rows = await on_database(
        copied, f"SELECT {', '.join(LEDGER_COLUMNS)} FROM trade_ledger WHERE market_id = $1 ORDER BY seq", UUID(OPEN)
    )
    *entries, last = map(to_entry, rows)
    chain = _sealed([*entries, replace(last, price=last.price + 1)])
    await corrupt(copied, f"DELETE FROM trade_ledger WHERE market_id = '{OPEN}'")
    await corrupt(copied, _pool(f"head = '\\x{chain[-1].hash.hex()}'"))
    connection = await asyncpg.connect(copied.replace("+asyncpg", ""))
    await connection.copy_records_to_table("trade_ledger", records=map(entry_row, chain), columns=LEDGER_COLUMNS)
    await connection.close()
    price = f"price is {last.price + 1}, should be {last.price}"
    assert told(await audited(copied)) == f"entry {last.seq} of market {OPEN}: {price}"


def _sealed(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    chain: list[LedgerEntry] = []
    for entry in entries:
        chain.append(replace(entry, prev_hash=chain[-1].hash if chain else GENESIS, hash=b""))
    return chain


@pytest.mark.parametrize("most_in_memory", [1, 5])
async def test_a_corruption_is_named_where_holders_spill(copied: str, most_in_memory: int) -> None:
    await corrupt(copied, _position("realised = realised + 1"))
    report = await audited(copied, most_in_memory=most_in_memory)
    assert re.search(_HELD + r"position\.realised is", told(report))
    assert report.found == 2
