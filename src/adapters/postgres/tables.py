"""The tables, as the migrations make them. Amounts are micro-units in BIGINT; times are timestamptz.

A market's rows are keyed by `market_id` first, so that a distributed PostgreSQL can keep them together. Tables
written on every trade carry few foreign keys: users and markets are never deleted, and the audit finds orphans.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.accounts.user import GrantReason, Role
from domain.shared.money import BASIS_POINTS, MAX_AMOUNT, MAX_HOLDING
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.market import MAX_FEE_BPS, Status

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_SCALED = Numeric(60, 0)


def _one_of(column: str, names: type[Action] | type[Outcome] | type[Status] | type[Role] | type[GrantReason]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


def _amount(name: str, default: str | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=default)


def _holding_check(*columns: str) -> CheckConstraint:
    bounds = (f"{column} BETWEEN 0 AND {MAX_HOLDING}" for column in columns)
    return CheckConstraint(" AND ".join(bounds), name=f"{columns[0]}_in_bounds")


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    _amount("balance", "0"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    _time("created_at"),
    CheckConstraint(_one_of("role", Role), name="role"),
    CheckConstraint("balance >= 0", name="balance_not_negative"),
    Index("uq_users_treasury", "role", unique=True, postgresql_where=text("role = 'treasury'")),
    postgresql_with={"fillfactor": 70},
)

point_grants = Table(
    "point_grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, ForeignKey("users.id"), nullable=False),
    _amount("amount"),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    _time("granted_at"),
    CheckConstraint(f"amount BETWEEN 1 AND {MAX_AMOUNT}", name="amount_in_bounds"),
    CheckConstraint(_one_of("reason", GrantReason), name="reason"),
    Index("uq_point_grants_user_id_reference", "user_id", "reference", unique=True),
)

markets = Table(
    "markets",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("probability", Integer, nullable=False),
    Column("status", Text, nullable=False),
    _time("closes_at"),
    Column("fee_bps", Integer, nullable=False),
    Column("lp_fee_bps", Integer, nullable=False),
    CheckConstraint(f"fee_bps BETWEEN 0 AND {MAX_FEE_BPS} AND lp_fee_bps BETWEEN 0 AND {BASIS_POINTS}", name="fees"),
    Column("outcome", Text),
    Column("settled", Boolean, nullable=False, server_default=text("false")),
    Column("proposed_by", Uuid, nullable=False),
    _time("created_at"),
    _time("changed_at"),
    CheckConstraint(_one_of("status", Status), name="status"),
    CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
    CheckConstraint("(status = 'RESOLVED') = (outcome IS NOT NULL)", name="resolved_has_outcome"),
    CheckConstraint("NOT settled OR status IN ('RESOLVED', 'CANCELLED')", name="settled_has_ended"),
    Index("ix_markets_status_id", "status", "id"),
    Index("ix_markets_closes_at_id", "closes_at", "id"),
    Index("ix_markets_status_closes_at_id", "status", "closes_at", "id"),
    Index("ix_markets_category_id", "category", "id"),
)

liquidity_pools = Table(
    "liquidity_pools",
    metadata,
    Column("market_id", Uuid, ForeignKey("markets.id"), primary_key=True),
    _amount("yes", "0"),
    _amount("no", "0"),
    _amount("lp_supply", "0"),
    _amount("collateral", "0"),
    _amount("vault_fees", "0"),
    _amount("lp_fees", "0"),
    Column("lp_fee_per_share", _SCALED, nullable=False, server_default="0"),
    Column("lp_fee_remainder", _SCALED, nullable=False, server_default="0"),
    _amount("seq", "0"),
    Column("head", LargeBinary, nullable=False),
    _holding_check("yes", "no", "lp_supply"),
    CheckConstraint("(yes = 0) = (no = 0) AND (yes = 0) = (lp_supply = 0)", name="empty_or_whole"),
    CheckConstraint("collateral >= 0 AND vault_fees >= 0 AND lp_fees >= 0", name="points_not_negative"),
    postgresql_with={"fillfactor": 50},  # room on the page for the next version: no index is touched
)

portfolios = Table(
    "portfolios",
    metadata,
    Column("market_id", Uuid, ForeignKey("markets.id"), primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _amount("yes"),
    _amount("no"),
    _amount("yes_basis"),
    _amount("no_basis"),
    _amount("realised"),
    _holding_check("yes", "no", "yes_basis", "no_basis"),
    Index("ix_portfolios_user_id", "user_id"),
    postgresql_with={"fillfactor": 70},
)

lp_positions = Table(
    "lp_positions",
    metadata,
    Column("market_id", Uuid, ForeignKey("markets.id"), primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _amount("shares"),
    _amount("basis"),
    Column("fee_checkpoint", _SCALED, nullable=False),
    Column("fee_owed", _SCALED, nullable=False),
    _holding_check("shares", "basis"),
    Index("ix_lp_positions_user_id", "user_id"),
)

trade_ledger = Table(
    "trade_ledger",
    metadata,
    Column("market_id", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Uuid, nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text),
    _amount("amount_in"),
    _amount("amount_out"),
    _amount("fee"),
    _amount("vault_fee"),
    _amount("lp_fee"),
    _amount("yes_before"),
    _amount("yes_after"),
    _amount("no_before"),
    _amount("no_after"),
    _amount("lp_before"),
    _amount("lp_after"),
    _amount("pool_yes_before"),
    _amount("pool_no_before"),
    _amount("pool_yes_after"),
    _amount("pool_no_after"),
    _amount("collateral_after"),
    _amount("price"),
    _time("executed_at"),
    Column("key", Text),
    Column("fingerprint", LargeBinary),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("seq > 0", name="seq"),
    CheckConstraint(_one_of("action", Action), name="action"),
    CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
    CheckConstraint(f"amount_in BETWEEN 0 AND {MAX_AMOUNT} AND amount_out >= 0", name="amounts"),
    CheckConstraint("action NOT IN ('BUY', 'MINT', 'ADD_LIQUIDITY') OR amount_in > 0", name="paid"),
    CheckConstraint("vault_fee >= 0 AND lp_fee >= 0 AND fee = vault_fee + lp_fee", name="fee"),
    CheckConstraint("(key IS NULL) = (fingerprint IS NULL)", name="key_has_fingerprint"),
    Index("ix_trade_ledger_user_id_executed_at", "user_id", "executed_at"),
    Index("ix_trade_ledger_user_id_key", "user_id", "key"),
)

refused_orders = Table(
    "refused_orders",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("refusal", JSONB, nullable=False),
    _time("refused_at"),
)
