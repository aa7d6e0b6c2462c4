"""Indexes for lists of markets: by closing time within a status, and of a category."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_markets_status_closes_at_id ON markets (status, closes_at, id)")
    op.execute("CREATE INDEX ix_markets_category_id ON markets (category, id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_markets_category_id")
    op.execute("DROP INDEX ix_markets_status_closes_at_id")
