"""Settings of the scheduler: which jobs it starts when, and how long what ended is kept."""

import json
from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_settings import NoDecode

from application.jobs.catalogue.maintenance import (
    CHECK_JOBS,
    EXPIRE_SESSIONS,
    FORGET_ANSWERS,
    PURGE_JOBS,
    REFRESH_STATISTICS,
)
from application.jobs.purge_jobs import Kept
from application.jobs.schedules.cron import Cron
from domain.jobs.schedule import Missed, Plan
from domain.shared.errors import Invalid


class ScheduleSetting(BaseModel):
    """A job to start again and again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    job: str
    cron: str
    zone: str = "UTC"
    payload: dict[str, Any] = {}
    missed: Missed = Missed.ONCE

    @property
    def plan(self) -> Plan:
        """Raises Invalid."""
        Cron(self.cron, self.zone)
        return Plan(self.name, self.job, json.dumps(self.payload), self.cron, self.zone, self.missed)

    @model_validator(mode="after")
    def _usable(self) -> "ScheduleSetting":
        try:
            _ = self.plan
        except Invalid as refusal:
            raise ValueError(f"{self.name}: {refusal.message.rstrip('.')}") from None
        return self


def _read(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise ValueError(f"give a JSON list: {error}") from None


Schedules: TypeAlias = Annotated[tuple[ScheduleSetting, ...], NoDecode, BeforeValidator(_read)]
"""A JSON list."""

BUILT_IN = tuple(
    ScheduleSetting(name=contract.name, job=contract.name, cron=cron)
    for contract, cron in (
        (CHECK_JOBS, "* * * * *"),
        (EXPIRE_SESSIONS, "17 * * * *"),
        (PURGE_JOBS, "37 * * * *"),
        (FORGET_ANSWERS, "41 3 * * *"),
        (REFRESH_STATISTICS, "11 4 * * *"),
    )
)
"""What every exchange needs; a schedule of the settings with the name of one takes its place."""


class SchedulerSettings(BaseModel):
    """When jobs start by themselves, and how long they are kept."""

    enable_scheduler: bool = True
    schedules: Schedules = ()
    keep_jobs_days: int = Field(default=30, ge=1, le=3_650)
    keep_failed_jobs_days: int = Field(default=90, ge=1, le=3_650)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All that the settings have to be started, by name."""
        named = {each.name: each.plan for each in (*BUILT_IN, *self.schedules)}
        return tuple(named.values())

    @property
    def kept_jobs(self) -> Kept:
        """How long jobs are kept after their end."""
        return Kept(timedelta(days=self.keep_jobs_days), timedelta(days=self.keep_failed_jobs_days))
