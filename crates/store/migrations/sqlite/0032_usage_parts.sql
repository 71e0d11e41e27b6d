-- Counters of limits in the shape in which they are counted: everything together by window, and a part (one recipient, one prefix) in one row
-- for a month that also knows its latest day and hour. What parts had begins anew; what everything together had stays.
CREATE TABLE usage_windows (
    tenant_id BIGINT NOT NULL,
    -- 'key:…', 'connection:…', 'account:…', 'installation:'
    scope TEXT NOT NULL,
    -- hour, day, month
    span TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    segments BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    -- Distinct ones.
    recipients BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope, span, starts_at)
) WITHOUT ROWID;
CREATE INDEX usage_windows_by_end ON usage_windows (ends_at);

CREATE TABLE usage_parts (
    tenant_id BIGINT NOT NULL,
    -- When its month began.
    month_at BIGINT NOT NULL,
    -- A keyed hash of the holder of limits and of the number or prefix.
    subject TEXT NOT NULL,
    -- When its latest day and hour began.
    day_at BIGINT NOT NULL,
    hour_at BIGINT NOT NULL,
    -- Messages.
    of_month BIGINT NOT NULL,
    of_day BIGINT NOT NULL,
    of_hour BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month_at, subject)
) WITHOUT ROWID;

INSERT INTO usage_windows SELECT tenant_id, scope, span, starts_at, ends_at, messages, segments, micros, recipients FROM usage WHERE subject = '';
DROP TABLE usage;
-- Holds name counters in their old shape: what is held now stays counted.
UPDATE reservations SET holds = '[]' WHERE state = 'held';
