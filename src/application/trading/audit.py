"""Audit: prove from the ledger and the grants that every figure of the exchange is what it should be."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from application.shared.together import all_of
from application.trading.audit_chains import ChainsAudited, audit_chains
from application.trading.findings import AuditReport, Check, Findings
from application.trading.holders import HoldersTable
from application.trading.journal import Account, Journal, Journals, KeyFault, Part
from domain.trading.difference import Difference, differences

Progress = Callable[[int, int], None]
"""Told how many more entries are checked, and how many there are in all."""

Helper = Callable[[str, Part], Awaitable[ChainsAudited]]
"""Audits the chains of a part elsewhere, in a journal that is shared by that name. May raise Unavailable."""

PART = 25_000
"""About so many entries are taken over at a time."""


def _quiet(_: int, __: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Audit:
    """Reads one snapshot, beside trading and without locks; helpers take over parts of the chains."""

    journals: Journals
    holders: HoldersTable
    helpers: Sequence[Helper] = ()
    part: int = PART

    async def __call__(self, progress: Progress = _quiet) -> AuditReport:
        """What was checked and what was found. Raises Unavailable."""
        findings = Findings()
        async with self.journals() as journal:
            size = await journal.size()
            findings.count(Check.KEYS, size.keys)
            await _check_keys(journal, findings)
            points = 0
            for chains in await self._chains(journal, lambda done: progress(done, size.entries)):
                findings.take(chains.findings)
                points += chains.points
            await _check_accounts(journal, findings, points)
        return findings.report()

    async def _chains(self, journal: Journal, progress: Callable[[int], None]) -> Sequence[ChainsAudited]:
        """What is found along all chains, in the order of markets."""
        parts = list(enumerate(await journal.parts(self.part) if self.helpers else [Part()]))
        shared = await journal.share() if self.helpers else ""
        found: dict[int, ChainsAudited] = {}

        async def here() -> None:
            with self.holders() as holders:
                while parts:
                    place, part = parts.pop()
                    found[place] = await audit_chains(journal, part, holders, progress)

        async def by(helper: Helper) -> None:
            while parts:
                place, part = parts.pop()
                found[place] = await helper(shared, part)
                progress(found[place].entries)

        await all_of(here(), *map(by, self.helpers))
        return [found[place] for place in sorted(found)]


async def _check_keys(journal: Journal, findings: Findings) -> None:
    async for page in journal.key_faults():
        findings.add(Check.KEYS, map(_key_difference, page))


async def _check_accounts(journal: Journal, findings: Findings, in_markets: int) -> None:
    """Every balance, and the sum of all points: what users and markets have is what was granted."""
    have, granted = in_markets, 0
    async for page in journal.accounts():
        findings.count(Check.ACCOUNTS, len(page))
        for account in page:
            have += account.balance or 0
            granted += account.granted
            findings.add(Check.ACCOUNTS, _account_differences(account))
    findings.count(Check.POINTS, granted)
    findings.add(Check.POINTS, differences("the exchange", have, granted, "points in balances, collateral and fees"))


def _account_differences(account: Account) -> tuple[Difference, ...]:
    expected = account.granted + account.traded
    if account.balance == expected and account.traded == account.realised - account.basis:
        return ()
    subject = f"user {account.user_id}"
    by_profit = account.granted + account.realised - account.basis
    return (
        *differences(subject, account.balance, expected, "balance, by grants and entries,"),
        *differences(subject, account.balance, by_profit, "balance, by grants, profit and basis,"),
    )


def _key_difference(fault: KeyFault) -> Difference:
    subject = f"idempotency key {fault.key!r} of user {fault.user_id}"
    return Difference(subject, "answers", f"{fault.fills} filled and {fault.refusals} refused", "one")
