-- How an account's simulated network behaves, where it does not behave as it should.
CREATE TABLE simulator_chaos (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seed BIGINT NOT NULL,
    -- NULL: as the server is set.
    delay_min_ms BIGINT,
    delay_max_ms BIGINT,
    -- ClickSend's error codes with the part of a thousand that fails so: "12:100 14:25".
    failures TEXT NOT NULL,
    lost_permille BIGINT NOT NULL,
    doubled_permille BIGINT NOT NULL,
    throttled_permille BIGINT NOT NULL,
    throttle_ms BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);

-- Handsets of the simulator that are not simply on.
CREATE TABLE handsets (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    -- The digits of its E.164 number, of which there are at most fifteen.
    number BIGINT NOT NULL,
    state BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, number)
);

-- What somebody did by hand with a message or call; read until the carrier has reported it, removed after a day.
CREATE TABLE handset_answers (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    -- NULL: refused. Otherwise the keys that were pressed.
    digits TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, seq)
);
CREATE INDEX handset_answers_by_age ON handset_answers (at, account_id, seq);
