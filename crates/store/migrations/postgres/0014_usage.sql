-- What was sent within the limits of a key, a connection or the installation, window by window.
CREATE TABLE usage (
    tenant_id BIGINT NOT NULL,
    -- 'key:…', 'connection:…', 'installation:'
    scope TEXT NOT NULL,
    -- hour, day, month
    span TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    -- '' for everything together; 'r:' and a keyed hash for one recipient; 'p:' and a prefix.
    subject TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    segments BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    -- Distinct ones; only beside ''.
    recipients BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope, span, starts_at, subject)
);
CREATE INDEX usage_by_end ON usage (ends_at);

-- What sends over the network hold of their limits until it is known what became of them.
CREATE TABLE reservations (
    tenant_id BIGINT NOT NULL,
    send_id TEXT NOT NULL PRIMARY KEY,
    -- JSON: counters and how much of each.
    holds TEXT NOT NULL,
    -- held, settled, released
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX reservations_by_age ON reservations (created_at) WHERE state <> 'held';
