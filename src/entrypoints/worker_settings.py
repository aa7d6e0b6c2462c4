"""Settings of workers."""

from typing import Any

from pydantic import AliasChoices, BaseModel, Field

from application.jobs.bounds import WorkerBounds


def _plain(name: str, **constraints: Any) -> Any:
    """A setting that is also known without the prefix."""
    return Field(validation_alias=AliasChoices(f"PRESAGE_{name.upper()}", name), **constraints)


class WorkerSettings(BaseModel):
    """How much a worker takes on; times are in seconds."""

    enable_worker: bool = _plain("enable_worker", default=True)
    worker_concurrency: int = _plain("worker_concurrency", default=16, ge=1, le=1_000)
    worker_trades: int = Field(default=512, ge=1, le=10_000)
    worker_notices: int = Field(default=64, ge=1, le=1_000)
    worker_lease: float = Field(default=12.0, ge=1, le=600)
    worker_stop: float = Field(default=28.0, ge=0, le=600)
    worker_port: int | None = Field(default=None, ge=0, le=65_535)

    @property
    def worker_bounds(self) -> WorkerBounds:
        """The bounds of a worker process."""
        return WorkerBounds(
            slots=self.worker_concurrency,
            trade_slots=self.worker_trades,
            notice_slots=self.worker_notices,
            lease=self.worker_lease,
            stop=self.worker_stop,
        )
