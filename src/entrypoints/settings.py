"""Settings, from the environment and an `.env` file."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.postgres.engine import PoolBounds, for_asyncpg
from application.trading.desk import DeskBounds
from domain.shared.money import MAX_AMOUNT, POINT
from entrypoints.http_settings import HttpSettings
from entrypoints.identity_settings import IdentitySettings
from entrypoints.mail_settings import MailSettings
from entrypoints.report_settings import ReportSettings
from entrypoints.scheduler_settings import SchedulerSettings
from entrypoints.webhook_settings import WebhookSettings
from entrypoints.worker_settings import WorkerSettings


class Settings(
    HttpSettings,
    IdentitySettings,
    MailSettings,
    ReportSettings,
    WorkerSettings,
    SchedulerSettings,
    WebhookSettings,
    BaseSettings,
):
    """Every setting of Presage; amounts are in µP."""

    model_config = SettingsConfigDict(
        env_prefix="PRESAGE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL", "database_url"))
    redis_url: str | None = Field(default=None, validation_alias=AliasChoices("REDIS_URL", "redis_url"))
    host: str = "127.0.0.1"
    port: int = Field(default=4000, ge=0, le=65_535)
    data_dir: Path = Path(".presage")
    demo: bool = False
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    desk_lanes: int = Field(default=1, ge=1, le=16)
    desk_group_size: int = Field(default=512, ge=1, le=10_000)
    desk_lane_capacity: int = Field(default=4096, ge=1, le=100_000)
    database_pool_size: int = Field(default=5, ge=1, le=100)

    treasury_points: int = Field(default=1_000_000 * POINT, ge=1, le=MAX_AMOUNT)
    market_liquidity: int = Field(default=1_000 * POINT, ge=1, le=MAX_AMOUNT)

    @field_validator("database_url")
    @classmethod
    def _for_our_driver(cls, url: str | None) -> str | None:
        """Accept the form of the address that most providers give."""
        return for_asyncpg(url) if url else None

    @property
    def limits_kept(self) -> Literal["redis", "process"]:
        """Where requests are counted."""
        return "redis" if self.redis_url else "process"

    @property
    def outbox_dir(self) -> Path:
        """Where mail is kept that no server takes."""
        return self.data_dir / "outbox"

    @property
    def wakes_sent(self) -> Literal["redis", "nowhere"]:
        """How workers hear of new jobs, beside looking for them."""
        return "redis" if self.redis_url else "nowhere"

    @property
    def desk_bounds(self) -> DeskBounds:
        """The bounds of the trading desk."""
        return DeskBounds(self.desk_lanes, self.desk_group_size, self.desk_lane_capacity)

    @property
    def queued_room(self) -> int:
        """Orders of jobs that may wait at the desk at once: half of what it takes, so that others find a place."""
        return max(1, self.desk_lane_capacity // 2)

    @property
    def pool_bounds(self) -> PoolBounds:
        """The bounds of each connection pool: one for transactions, one for everything that is only read."""
        return PoolBounds(size=self.database_pool_size)
