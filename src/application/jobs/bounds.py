"""How much a worker takes on, and for how long. Times are in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBounds:
    """Jobs run at once of each queue, of the trades, which the desk takes in groups, and of the notices, which wait for
    the servers of others; how many are taken at once, so that some run while others are taken and settled; how long a
    job may be held without word from its worker, which sends it three times as often; how long a worker goes without
    looking for jobs and for what others lost; how many of those it takes at once; how long one that is suspect runs
    before another such one does; how long it lets jobs end when it stops, and one that it cancels; between two progress
    messages of a job that are kept; and tries to settle, with a pause between them."""

    slots: int = 16
    trade_slots: int = 512
    notice_slots: int = 64
    claim_batch: int = 128
    lease: float = 12.0
    poll: float = 1.0
    reap: float = 2.0
    reap_batch: int = 200
    suspect: float = 2.0
    stop: float = 28.0
    cancel: float = 1.0
    watch: float = 0.1
    progress: float = 0.5
    settle_attempts: int = 5
    settle_pause: float = 0.2
