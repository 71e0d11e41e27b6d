-- What an account sent and received on each day (UTC) through each channel; changed in the unit that changes the messages, so that
-- statistics of millions of messages are a read of a few rows.
CREATE TABLE statistics (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    -- Days since 1970-01-01.
    day BIGINT NOT NULL,
    -- Accepted on that day and not cancelled since.
    messages BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    price_micros BIGINT NOT NULL,
    -- Those among them that failed in the end.
    bounced BIGINT NOT NULL,
    bounced_micros BIGINT NOT NULL,
    inbound BIGINT NOT NULL,
    PRIMARY KEY (account_id, channel, day)
);
-- A day's row is changed by every send of that day.
ALTER TABLE statistics SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- 9 is cancelled, 8 is failed; channels are stretches of numbers (0004).
INSERT INTO statistics (tenant_id, account_id, channel, day, messages, parts, price_micros, bounced, bounced_micros, inbound)
SELECT tenant_id, account_id, (seq - 1) / 1000000000000000, accepted_at / 86400000000, count(*), CAST(sum(segments) AS BIGINT),
    CAST(sum(price_micros) AS BIGINT), CAST(sum(CASE WHEN status = 8 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN status = 8 THEN price_micros ELSE 0 END) AS BIGINT), 0
FROM messages WHERE status <> 9 GROUP BY tenant_id, account_id, (seq - 1) / 1000000000000000, accepted_at / 86400000000;
INSERT INTO statistics (tenant_id, account_id, channel, day, messages, parts, price_micros, bounced, bounced_micros, inbound)
SELECT tenant_id, account_id, 0, at / 86400000000, 0, 0, 0, 0, 0, count(*)
FROM inbound WHERE TRUE GROUP BY tenant_id, account_id, at / 86400000000
ON CONFLICT (account_id, channel, day) DO UPDATE SET inbound = excluded.inbound;
