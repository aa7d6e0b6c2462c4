"""A made-up history in a database, and the audit of a database."""

from collections.abc import Sequence

from adapters.embedded.holders import MOST_IN_MEMORY, SpillingHolders
from adapters.postgres.engine import PoolBounds, create_engine
from adapters.postgres.journal import PostgresJournals
from application.trading.audit import PART, Audit, Helper, Progress
from application.trading.findings import AuditReport, Check
from entrypoints.bench.copy_history import copy_history
from entrypoints.bench.history import History, Scale


async def make_history(url: str, scale: Scale) -> None:
    """Put a history into an empty database."""
    engine = create_engine(url)
    await copy_history(engine, History(scale))
    await engine.dispose()


async def audited(
    url: str,
    *,
    most_in_memory: int = MOST_IN_MEMORY,
    bounds: PoolBounds | None = None,
    progress: Progress = lambda *_: None,
    helpers: Sequence[Helper] = (),
    part: int = PART,
) -> AuditReport:
    """What the audit of a database finds."""
    engine = create_engine(url, bounds)
    try:
        audit = Audit(PostgresJournals(engine), lambda: SpillingHolders(most_in_memory), helpers, part)
        return await audit(progress)
    finally:
        await engine.dispose()


def told(report: AuditReport) -> str:
    """Every difference on a line of its own."""
    return "\n".join(map(str, report.differences))


def counts(report: AuditReport) -> dict[Check, int]:
    """How many things each check looked at."""
    return {checked.check: checked.count for checked in report.checks}
