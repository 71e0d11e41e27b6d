-- What an operator should hear of. One of a kind for each scope and period, so that nothing becomes a flood.
CREATE TABLE alerts (
    tenant_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- 'key:…', 'connection:…', 'account:…', 'installation:'
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    -- Dense, in the order in which they were raised.
    seq BIGINT,
    at BIGINT NOT NULL,
    message TEXT NOT NULL,
    -- JSON object: numbers for programs.
    detail TEXT NOT NULL,
    -- The only endpoint that is told; NULL: all.
    endpoint_id TEXT,
    announced_at BIGINT,
    PRIMARY KEY (tenant_id, kind, scope, period)
);
CREATE UNIQUE INDEX alerts_by_seq ON alerts (seq);
CREATE INDEX alerts_new ON alerts (seq) WHERE announced_at IS NULL;
INSERT INTO counters (tenant_id, name, value) VALUES (1, 'alert', 0);

-- Where alerts are told.
CREATE TABLE alert_endpoints (
    tenant_id BIGINT NOT NULL,
    endpoint_id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    secret_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- The last try.
    tried_at BIGINT,
    -- Why it failed; NULL: it arrived.
    problem TEXT
);

-- Alerts that an endpoint has not been told yet.
CREATE TABLE alert_calls (
    tenant_id BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    endpoint_id TEXT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (seq, endpoint_id)
);
CREATE INDEX alert_calls_due ON alert_calls (due_at);

-- What a key usually does: messages by country and hour.
CREATE TABLE key_habits (
    tenant_id BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    country TEXT NOT NULL,
    hour_at BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (key_id, hour_at, country)
);
CREATE INDEX key_habits_by_hour ON key_habits (hour_at);
CREATE INDEX key_habits_by_country ON key_habits (key_id, country);
