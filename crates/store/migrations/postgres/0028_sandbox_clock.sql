-- The clock of a sandbox: how many microseconds it is ahead of everybody else's, and what it shows while it stands still.
ALTER TABLE accounts ADD COLUMN clock_ahead BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN clock_stands_at BIGINT;
-- For finding an account's campaigns that wait for their time.
CREATE INDEX campaigns_scheduled ON campaigns (account_id, campaign_id) WHERE status = 1;
