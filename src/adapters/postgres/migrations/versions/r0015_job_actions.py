"""What administrators do to jobs, in the log of administration."""

from alembic import op

revision = "0015"
down_revision = "0012"

_ACTIONS = (
    *("MARKET_APPROVED", "MARKET_EDITED", "MARKET_PAUSED", "MARKET_RESUMED", "MARKET_CLOSED", "MARKET_RESOLVED"),
    *("MARKET_CANCELLED", "MARKET_SETTLED", "MARKET_SWEPT"),
    *("USER_GRANTED", "USER_ACTIVATED", "USER_DEACTIVATED", "USER_ROLE_CHANGED", "USER_KEY_RATED"),
)
_OF_JOBS = ("JOB_REQUEUED", "JOB_CANCELLED", "JOB_PURGED")
_SUBJECTS = ("market", "user")


def upgrade() -> None:
    _allow((*_ACTIONS, *_OF_JOBS), (*_SUBJECTS, "job"))


def downgrade() -> None:
    """Jobs are no more: neither is what was done to them."""
    op.execute("ALTER TABLE admin_actions DISABLE TRIGGER admin_actions_immutable")
    op.execute("DELETE FROM admin_actions WHERE subject = 'job'")
    op.execute("ALTER TABLE admin_actions ENABLE TRIGGER admin_actions_immutable")
    _allow(_ACTIONS, _SUBJECTS)


def _allow(actions: tuple[str, ...], subjects: tuple[str, ...]) -> None:
    for name, allowed in (("action", actions), ("subject", subjects)):
        names = ", ".join(f"'{each}'" for each in allowed)
        op.execute(f"ALTER TABLE admin_actions DROP CONSTRAINT ck_admin_actions_{name}")
        op.execute(f"ALTER TABLE admin_actions ADD CONSTRAINT ck_admin_actions_{name} CHECK ({name} IN ({names}))")
