"""What administrators do to covers, schedules and jobs, in the log of administration."""

from alembic import op

revision = "0011"
down_revision = "0010"

_OF_MARKETS = (
    *("MARKET_APPROVED", "MARKET_EDITED", "MARKET_PAUSED", "MARKET_RESUMED", "MARKET_CLOSED", "MARKET_RESOLVED"),
    *("MARKET_CANCELLED", "MARKET_SETTLED", "MARKET_SWEPT"),
)
_OF_COVERS = ("MARKET_COVER_UPLOADED",)
_OF_USERS = ("USER_GRANTED", "USER_ACTIVATED", "USER_DEACTIVATED", "USER_ROLE_CHANGED", "USER_KEY_RATED")
_OF_SCHEDULES = ("SCHEDULE_ADDED", "SCHEDULE_PAUSED", "SCHEDULE_RESUMED", "SCHEDULE_REMOVED", "SCHEDULE_RUN")
_OF_JOBS = ("JOB_REQUEUED", "JOB_CANCELLED", "JOB_PURGED")
_SUBJECTS = ("market", "user")


def upgrade() -> None:
    _allow("action", *_OF_MARKETS, *_OF_COVERS, *_OF_USERS, *_OF_SCHEDULES, *_OF_JOBS)
    _allow("subject", *_SUBJECTS, "schedule", "job")


def downgrade() -> None:
    """What cannot be told any more is not."""
    lost = _listed(*_OF_COVERS, *_OF_SCHEDULES, *_OF_JOBS)
    op.execute("ALTER TABLE admin_actions DISABLE TRIGGER admin_actions_immutable")
    op.execute(f"DELETE FROM admin_actions WHERE action IN ({lost})")
    op.execute("ALTER TABLE admin_actions ENABLE TRIGGER admin_actions_immutable")
    _allow("action", *_OF_MARKETS, *_OF_USERS)
    _allow("subject", *_SUBJECTS)


def _allow(column: str, *names: str) -> None:
    name = f"ck_admin_actions_{column}"
    op.execute(f"ALTER TABLE admin_actions DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE admin_actions ADD CONSTRAINT {name} CHECK ({column} IN ({_listed(*names)}))")


def _listed(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in names)
