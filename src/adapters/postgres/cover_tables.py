"""The tables of pictures that wait and of covers that are shown.

They refer to markets and users without foreign keys, which would lock rows that the trading desk wants; neither is ever
deleted.
"""

from sqlalchemy import CheckConstraint, Column, DateTime, Integer, LargeBinary, Table, Text, Uuid, select

from adapters.postgres.tables import markets, metadata
from application.covers.cover import MAX_COVER_BYTES, MAX_SOURCE_BYTES, CoverSize

_SIZES = ", ".join(repr(str(size)) for size in CoverSize)


def _uploaded() -> tuple[Column[object], Column[object]]:
    return Column("uploaded_by", Uuid, nullable=False), Column("uploaded_at", DateTime(timezone=True), nullable=False)


cover_sources = Table(
    "cover_sources",
    metadata,
    Column("market_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    *_uploaded(),
    CheckConstraint("length(digest) = 32", name="digest"),
    CheckConstraint(f"length(data) BETWEEN 1 AND {MAX_SOURCE_BYTES}", name="data"),
)

market_covers = Table(
    "market_covers",
    metadata,
    Column("market_id", Uuid, primary_key=True),
    Column("size", Text, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    *_uploaded(),
    CheckConstraint(f"size IN ({_SIZES})", name="size"),
    CheckConstraint("width > 0 AND height > 0", name="shape"),
    CheckConstraint(f"length(data) BETWEEN 1 AND {MAX_COVER_BYTES}", name="data"),
)

COVERED = (
    select(market_covers.c.market_id)
    .where(market_covers.c.market_id == markets.c.id)
    .correlate(markets)
    .exists()
    .label("covered")
)
"""Whether a market has a cover, in a statement that reads markets."""
