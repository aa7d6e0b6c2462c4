"""Pictures that wait to be processed, and covers of markets."""

from alembic import op

revision = "0007"
down_revision = "0006"

_SOURCES = """
    CREATE TABLE cover_sources (
        market_id UUID NOT NULL,
        digest BYTEA NOT NULL,
        data BYTEA NOT NULL,
        uploaded_by UUID NOT NULL,
        uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_cover_sources PRIMARY KEY (market_id),
        CONSTRAINT ck_cover_sources_digest CHECK (length(digest) = 32),
        CONSTRAINT ck_cover_sources_data CHECK (length(data) BETWEEN 1 AND 8388608)
    )
"""

_COVERS = """
    CREATE TABLE market_covers (
        market_id UUID NOT NULL,
        size TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        data BYTEA NOT NULL,
        uploaded_by UUID NOT NULL,
        uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_market_covers PRIMARY KEY (market_id, size),
        CONSTRAINT ck_market_covers_size CHECK (size IN ('wide', 'card', 'thumb')),
        CONSTRAINT ck_market_covers_shape CHECK (width > 0 AND height > 0),
        CONSTRAINT ck_market_covers_data CHECK (length(data) BETWEEN 1 AND 2097152)
    )
"""


def upgrade() -> None:
    for statement in (_SOURCES, _COVERS):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("market_covers")
    op.drop_table("cover_sources")
