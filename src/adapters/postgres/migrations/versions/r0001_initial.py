"""Users, markets, pools, holdings, the ledger and point grants."""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = (
    """
    CREATE TABLE refused_orders (
        user_id UUID NOT NULL,
        key TEXT NOT NULL,
        fingerprint BYTEA NOT NULL,
        refusal JSONB NOT NULL,
        refused_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_refused_orders PRIMARY KEY (user_id, key)
    )
    """,
    """
    CREATE TABLE markets (
        id UUID NOT NULL,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        category TEXT NOT NULL,
        probability INTEGER NOT NULL,
        status TEXT NOT NULL,
        closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
        fee_bps INTEGER NOT NULL,
        lp_fee_bps INTEGER NOT NULL,
        outcome TEXT,
        settled BOOLEAN DEFAULT false NOT NULL,
        proposed_by UUID NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_markets PRIMARY KEY (id),
        CONSTRAINT ck_markets_fees CHECK (fee_bps BETWEEN 0 AND 1000 AND lp_fee_bps BETWEEN 0 AND 10000),
        CONSTRAINT ck_markets_status CHECK (status IN ('DRAFT', 'ACTIVE', 'PAUSED', 'RESOLVED', 'CANCELLED')),
        CONSTRAINT ck_markets_outcome CHECK (outcome IN ('YES', 'NO')),
        CONSTRAINT ck_markets_resolved_has_outcome CHECK ((status = 'RESOLVED') = (outcome IS NOT NULL)),
        CONSTRAINT ck_markets_settled_has_ended CHECK (NOT settled OR status IN ('RESOLVED', 'CANCELLED'))
    )
    """,
    """
    CREATE INDEX ix_markets_status_id ON markets (status, id)
    """,
    """
    CREATE TABLE trade_ledger (
        market_id UUID NOT NULL,
        seq BIGINT NOT NULL,
        user_id UUID NOT NULL,
        action TEXT NOT NULL,
        outcome TEXT,
        amount_in BIGINT NOT NULL,
        amount_out BIGINT NOT NULL,
        fee BIGINT NOT NULL,
        vault_fee BIGINT NOT NULL,
        lp_fee BIGINT NOT NULL,
        yes_before BIGINT NOT NULL,
        yes_after BIGINT NOT NULL,
        no_before BIGINT NOT NULL,
        no_after BIGINT NOT NULL,
        lp_before BIGINT NOT NULL,
        lp_after BIGINT NOT NULL,
        pool_yes_before BIGINT NOT NULL,
        pool_no_before BIGINT NOT NULL,
        pool_yes_after BIGINT NOT NULL,
        pool_no_after BIGINT NOT NULL,
        collateral_after BIGINT NOT NULL,
        price BIGINT NOT NULL,
        executed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        key TEXT,
        fingerprint BYTEA,
        prev_hash BYTEA NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_trade_ledger PRIMARY KEY (market_id, seq),
        CONSTRAINT ck_trade_ledger_seq CHECK (seq > 0),
        CONSTRAINT ck_trade_ledger_action CHECK (action IN ('BUY', 'SELL', 'MINT', 'MERGE', 'NET_SELL',
            'ADD_LIQUIDITY', 'REMOVE_LIQUIDITY', 'FEE_CLAIM', 'PAYOUT', 'REFUND', 'VAULT_SWEEP')),
        CONSTRAINT ck_trade_ledger_outcome CHECK (outcome IN ('YES', 'NO')),
        CONSTRAINT ck_trade_ledger_amounts CHECK (
            amount_in BETWEEN 0 AND 100000000000000000 AND amount_out >= 0),
        CONSTRAINT ck_trade_ledger_paid CHECK (
            action NOT IN ('BUY', 'MINT', 'ADD_LIQUIDITY') OR amount_in > 0),
        CONSTRAINT ck_trade_ledger_fee CHECK (vault_fee >= 0 AND lp_fee >= 0 AND fee = vault_fee + lp_fee),
        CONSTRAINT ck_trade_ledger_key_has_fingerprint CHECK ((key IS NULL) = (fingerprint IS NULL))
    )
    """,
    """
    CREATE INDEX ix_trade_ledger_user_id_executed_at ON trade_ledger (user_id, executed_at)
    """,
    """
    CREATE INDEX ix_trade_ledger_user_id_key ON trade_ledger (user_id, key)
    """,
    """
    CREATE TABLE users (
        id UUID NOT NULL,
        handle TEXT NOT NULL,
        role TEXT NOT NULL,
        balance BIGINT DEFAULT '0' NOT NULL,
        active BOOLEAN DEFAULT true NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT ck_users_role CHECK (role IN ('user', 'admin', 'treasury')),
        CONSTRAINT ck_users_balance_not_negative CHECK (balance >= 0),
        CONSTRAINT uq_users_handle UNIQUE (handle)
    ) WITH (fillfactor = 70)
    """,
    """
    CREATE UNIQUE INDEX uq_users_treasury ON users (role) WHERE role = 'treasury'
    """,
    """
    CREATE TABLE liquidity_pools (
        market_id UUID NOT NULL,
        yes BIGINT DEFAULT '0' NOT NULL,
        no BIGINT DEFAULT '0' NOT NULL,
        lp_supply BIGINT DEFAULT '0' NOT NULL,
        collateral BIGINT DEFAULT '0' NOT NULL,
        vault_fees BIGINT DEFAULT '0' NOT NULL,
        lp_fees BIGINT DEFAULT '0' NOT NULL,
        lp_fee_per_share NUMERIC(60, 0) DEFAULT '0' NOT NULL,
        lp_fee_remainder NUMERIC(60, 0) DEFAULT '0' NOT NULL,
        seq BIGINT DEFAULT '0' NOT NULL,
        head BYTEA NOT NULL,
        CONSTRAINT pk_liquidity_pools PRIMARY KEY (market_id),
        CONSTRAINT ck_liquidity_pools_yes_in_bounds CHECK (
            yes BETWEEN 0 AND 1000000000000000000 AND no BETWEEN 0 AND 1000000000000000000
            AND lp_supply BETWEEN 0 AND 1000000000000000000),
        CONSTRAINT ck_liquidity_pools_empty_or_whole CHECK (
            (yes = 0) = (no = 0) AND (yes = 0) = (lp_supply = 0)),
        CONSTRAINT ck_liquidity_pools_points_not_negative CHECK (
            collateral >= 0 AND vault_fees >= 0 AND lp_fees >= 0),
        CONSTRAINT fk_liquidity_pools_market_id FOREIGN KEY(market_id) REFERENCES markets (id)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE lp_positions (
        market_id UUID NOT NULL,
        user_id UUID NOT NULL,
        shares BIGINT NOT NULL,
        basis BIGINT NOT NULL,
        fee_checkpoint NUMERIC(60, 0) NOT NULL,
        fee_owed NUMERIC(60, 0) NOT NULL,
        CONSTRAINT pk_lp_positions PRIMARY KEY (market_id, user_id),
        CONSTRAINT ck_lp_positions_shares_in_bounds CHECK (
            shares BETWEEN 0 AND 1000000000000000000 AND basis BETWEEN 0 AND 1000000000000000000),
        CONSTRAINT fk_lp_positions_market_id FOREIGN KEY(market_id) REFERENCES markets (id)
    )
    """,
    """
    CREATE INDEX ix_lp_positions_user_id ON lp_positions (user_id)
    """,
    """
    CREATE TABLE point_grants (
        id UUID NOT NULL,
        user_id UUID NOT NULL,
        amount BIGINT NOT NULL,
        reason TEXT NOT NULL,
        reference TEXT NOT NULL,
        granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_point_grants PRIMARY KEY (id),
        CONSTRAINT ck_point_grants_amount_in_bounds CHECK (amount BETWEEN 1 AND 100000000000000000),
        CONSTRAINT ck_point_grants_reason CHECK (
            reason IN ('REGISTRATION_BONUS', 'ADMIN_GRANT', 'TREASURY_ISSUE', 'REPLAY')),
        CONSTRAINT fk_point_grants_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_point_grants_user_id_reference ON point_grants (user_id, reference)
    """,
    """
    CREATE TABLE portfolios (
        market_id UUID NOT NULL,
        user_id UUID NOT NULL,
        yes BIGINT NOT NULL,
        no BIGINT NOT NULL,
        yes_basis BIGINT NOT NULL,
        no_basis BIGINT NOT NULL,
        realised BIGINT NOT NULL,
        CONSTRAINT pk_portfolios PRIMARY KEY (market_id, user_id),
        CONSTRAINT ck_portfolios_yes_in_bounds CHECK (
            yes BETWEEN 0 AND 1000000000000000000 AND no BETWEEN 0 AND 1000000000000000000
            AND yes_basis BETWEEN 0 AND 1000000000000000000 AND no_basis BETWEEN 0 AND 1000000000000000000),
        CONSTRAINT fk_portfolios_market_id FOREIGN KEY(market_id) REFERENCES markets (id)
    ) WITH (fillfactor = 70)
    """,
    """
    CREATE INDEX ix_portfolios_user_id ON portfolios (user_id)
    """,
)

_IMMUTABLE = ("trade_ledger", "point_grants")

_REFUSE = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is immutable: add an entry that corrects it', TG_TABLE_NAME USING ERRCODE = '23514';
    END
    $$
"""

# One row for each posting of each entry, as domain.trading.postings makes them.
_POSTINGS = """
    CREATE VIEW ledger_postings AS
    SELECT l.market_id, l.seq, l.user_id, p.account, p.asset, p.change
    FROM trade_ledger l
    CROSS JOIN LATERAL (VALUES
        ('USER', 'POINTS', l.amount_out - l.amount_in),
        ('COLLATERAL', 'POINTS', CASE WHEN l.action IN ('FEE_CLAIM', 'VAULT_SWEEP') THEN 0
            ELSE l.amount_in - l.amount_out - l.fee END),
        ('VAULT_FEES', 'POINTS', l.vault_fee - CASE WHEN l.action = 'VAULT_SWEEP' THEN l.amount_out ELSE 0 END),
        ('LP_FEES', 'POINTS', l.lp_fee - CASE WHEN l.action = 'FEE_CLAIM' THEN l.amount_out ELSE 0 END),
        ('USER', 'YES', l.yes_after - l.yes_before),
        ('POOL', 'YES', l.pool_yes_after - l.pool_yes_before),
        ('ISSUED', 'YES', l.yes_before - l.yes_after + l.pool_yes_before - l.pool_yes_after),
        ('USER', 'NO', l.no_after - l.no_before),
        ('POOL', 'NO', l.pool_no_after - l.pool_no_before),
        ('ISSUED', 'NO', l.no_before - l.no_after + l.pool_no_before - l.pool_no_after),
        ('USER', 'LP', l.lp_after - l.lp_before),
        ('ISSUED', 'LP', l.lp_before - l.lp_after)
    ) AS p(account, asset, change)
    WHERE p.change <> 0
"""


def upgrade() -> None:
    for statement in (*_TABLES, _REFUSE, _POSTINGS):
        op.execute(statement)
    for table in _IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP VIEW ledger_postings")
    for table in (
        "refused_orders",
        "trade_ledger",
        "lp_positions",
        "portfolios",
        "liquidity_pools",
        "point_grants",
        "markets",
        "users",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
