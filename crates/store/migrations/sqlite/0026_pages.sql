-- What an account sent on each day (UTC) by country and key; changed in the units that change `statistics`.
CREATE TABLE statistics_parts (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    country TEXT NOT NULL,
    -- Empty: by the account's own API key.
    key_id TEXT NOT NULL,
    messages BIGINT NOT NULL,
    price_micros BIGINT NOT NULL,
    -- Those among them that failed in the end.
    bounced BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, country, key_id)
) WITHOUT ROWID;
-- 9 is cancelled, 8 is failed.
INSERT INTO statistics_parts (tenant_id, account_id, day, country, key_id, messages, price_micros, bounced)
SELECT tenant_id, account_id, accepted_at / 86400000000, country, COALESCE(key_id, ''), count(*), CAST(sum(price_micros) AS BIGINT),
    CAST(sum(CASE WHEN status = 8 THEN 1 ELSE 0 END) AS BIGINT)
FROM messages WHERE status <> 9 GROUP BY tenant_id, account_id, accepted_at / 86400000000, country, COALESCE(key_id, '');

-- How the answer to a push began.
ALTER TABLE push_tries ADD COLUMN answer TEXT;
CREATE INDEX pushes_by_state ON pushes (account_id, state, push_id);

-- Every call of an alert to an endpoint, as long as the alert is listed.
CREATE TABLE alert_tries (
    tenant_id BIGINT NOT NULL,
    endpoint_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took_micros BIGINT NOT NULL,
    -- What the address answered; NULL: nothing came.
    status BIGINT,
    -- Why it did not arrive.
    problem TEXT,
    -- How the answer began.
    answer TEXT
);
CREATE INDEX alert_tries_of_endpoint ON alert_tries (endpoint_id, at);
CREATE INDEX alert_tries_by_alert ON alert_tries (seq);
