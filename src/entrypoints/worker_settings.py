"""Settings of workers."""

from pydantic import BaseModel, Field

from application.jobs.bounds import WorkerBounds


class WorkerSettings(BaseModel):
    """How much a worker takes on; times are in seconds."""

    worker_concurrency: int = Field(default=16, ge=1, le=1_000)
    worker_trades: int = Field(default=512, ge=1, le=10_000)
    worker_lease: float = Field(default=12.0, ge=1, le=600)
    worker_stop: float = Field(default=28.0, ge=0, le=600)

    @property
    def worker_bounds(self) -> WorkerBounds:
        """The bounds of a worker process."""
        return WorkerBounds(self.worker_concurrency, self.worker_trades, self.worker_lease, stop=self.worker_stop)
