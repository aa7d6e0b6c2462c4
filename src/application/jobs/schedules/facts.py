"""What the log of administration tells of a schedule."""

from domain.jobs.schedule import Schedule
from domain.shared.administration import Facts


def facts_of(schedule: Schedule) -> Facts:
    """Its plan and whether it is paused."""
    plan = schedule.plan
    return {
        "name": plan.name,
        "job": plan.job,
        "payload": plan.payload,
        "cron": plan.cron,
        "zone": plan.zone,
        "missed": plan.missed,
        "paused": schedule.paused,
    }
