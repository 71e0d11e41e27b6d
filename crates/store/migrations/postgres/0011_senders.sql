-- Whom messages may claim to come from, and where they may go.

-- 1: the account has selected countries, and sends to no others.
ALTER TABLE accounts ADD COLUMN countries_limited BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET countries_limited = 1 WHERE account_id IN (SELECT account_id FROM user_countries);
-- How many default senders there are; most accounts have none, and then nobody looks.
ALTER TABLE accounts ADD COLUMN default_senders BIGINT NOT NULL DEFAULT 0;

-- Numbers that were bought.
CREATE TABLE numbers (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    dedicated_number TEXT NOT NULL,
    country TEXT NOT NULL,
    -- sms or mms
    type TEXT NOT NULL,
    number_type TEXT NOT NULL,
    number_guid TEXT NOT NULL,
    price_setup_micros BIGINT NOT NULL,
    price_monthly_micros BIGINT NOT NULL,
    -- Who uses it, as JSON; empty: nobody said.
    registration TEXT NOT NULL,
    bought_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, dedicated_number)
);
CREATE UNIQUE INDEX numbers_by_number ON numbers (dedicated_number);

CREATE TABLE number_registrations (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    registration_id BIGINT NOT NULL,
    number_type TEXT NOT NULL,
    country TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, registration_id)
);

INSERT INTO counters (tenant_id, name, value) VALUES (1, 'number_registration', 0), (1, 'delivery_issue', 0);

-- Handsets of the account's own, once a code that was sent there came back.
CREATE TABLE own_numbers (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    own_number_id TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    country TEXT NOT NULL,
    label TEXT NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, own_number_id)
);
CREATE UNIQUE INDEX own_numbers_by_number ON own_numbers (account_id, phone_number);

CREATE TABLE own_number_verifications (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    verification_id TEXT NOT NULL,
    own_number_id TEXT NOT NULL,
    -- Keyed hash of the code.
    code_hash BYTEA NOT NULL,
    pepper_version BIGINT NOT NULL,
    attempts_left BIGINT NOT NULL,
    verified_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, verification_id)
);
CREATE INDEX own_number_verifications_by_time ON own_number_verifications (account_id, created_at);

CREATE TABLE alpha_tags (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    alpha_tag_id TEXT NOT NULL,
    alpha_tag TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- Codes with commas between.
    countries TEXT NOT NULL,
    -- As JSON.
    businesses TEXT NOT NULL,
    -- When whoever decides about it will have decided.
    decided_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, alpha_tag_id)
);
CREATE UNIQUE INDEX alpha_tags_by_text ON alpha_tags (account_id, lower(alpha_tag));

CREATE TABLE default_senders (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    default_sender_id TEXT NOT NULL,
    country TEXT NOT NULL,
    sender_type TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sender_country TEXT,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, default_sender_id)
);
CREATE UNIQUE INDEX default_senders_by_country ON default_senders (account_id, country);

CREATE TABLE delivery_issues (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    issue_id BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    type TEXT NOT NULL,
    description TEXT NOT NULL,
    client_comments TEXT,
    email_address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, issue_id)
);
