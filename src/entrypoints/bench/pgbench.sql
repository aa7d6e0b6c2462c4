\set trader random(1, :traders)
\set key random(1, 9000000000000000000)
BEGIN;
SELECT yes, no, seq FROM liquidity_pools WHERE market_id = '00000000-0000-7000-8002-000000000000' FOR UPDATE;
UPDATE users SET balance = balance - 100
 WHERE id = ('00000000-0000-7000-8002-' || lpad(to_hex(:trader::int), 12, '0'))::uuid;
INSERT INTO portfolios
 VALUES ('00000000-0000-7000-8002-000000000000', ('00000000-0000-7000-8002-' || lpad(to_hex(:trader::int), 12, '0'))::uuid, 150, 0, 100, 0, 0)
 ON CONFLICT (market_id, user_id)
 DO UPDATE SET yes = portfolios.yes + 150, yes_basis = portfolios.yes_basis + 100;
WITH pool AS (
 UPDATE liquidity_pools SET no = no + 100, collateral = collateral + 100, seq = seq + 1
 WHERE market_id = '00000000-0000-7000-8002-000000000000' RETURNING *
)
INSERT INTO trade_ledger
 SELECT market_id, seq, ('00000000-0000-7000-8002-' || lpad(to_hex(:trader::int), 12, '0'))::uuid, 'BUY', 'YES',
  100, 0, 2, 1, 1, 0, 150, 0, 0, 0, 0, yes, no - 100, yes, no, collateral, 666666, now(), 'k' || :key::text, head, head, head
 FROM pool;
COMMIT;
