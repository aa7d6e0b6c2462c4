"""Covers that administrators upload, in the log of administration."""

from alembic import op

revision = "0016"
down_revision = "0012"

_OF_MARKETS = (
    *("MARKET_APPROVED", "MARKET_EDITED", "MARKET_PAUSED", "MARKET_RESUMED", "MARKET_CLOSED", "MARKET_RESOLVED"),
    *("MARKET_CANCELLED", "MARKET_SETTLED", "MARKET_SWEPT"),
)
_OF_USERS = "USER_GRANTED", "USER_ACTIVATED", "USER_DEACTIVATED", "USER_ROLE_CHANGED", "USER_KEY_RATED"
_OF_COVERS = "MARKET_COVER_UPLOADED"


def upgrade() -> None:
    _allow(*_OF_MARKETS, _OF_COVERS, *_OF_USERS)


def downgrade() -> None:
    """What cannot be told any more is not."""
    op.execute("ALTER TABLE admin_actions DISABLE TRIGGER admin_actions_immutable")
    op.execute(f"DELETE FROM admin_actions WHERE action = '{_OF_COVERS}'")
    op.execute("ALTER TABLE admin_actions ENABLE TRIGGER admin_actions_immutable")
    _allow(*_OF_MARKETS, *_OF_USERS)


def _allow(*actions: str) -> None:
    names = ", ".join(f"'{action}'" for action in actions)
    op.execute("ALTER TABLE admin_actions DROP CONSTRAINT ck_admin_actions_action")
    op.execute(f"ALTER TABLE admin_actions ADD CONSTRAINT ck_admin_actions_action CHECK (action IN ({names}))")
