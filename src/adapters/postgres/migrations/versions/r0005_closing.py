"""An index for lists of markets by closing time, whatever their status."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_markets_closes_at_id ON markets (closes_at, id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_markets_closes_at_id")
