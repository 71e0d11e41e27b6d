-- Calls and pictures beside texts, what comes back for them, and what belongs to sending them.

-- Every channel of an account has its own dense numbers in `messages.seq` and `receipts.receipt_seq`: texts count from 1, calls from
-- 1000000000000001, pictures from 2000000000000001. So each channel is one stretch of the clustered key, and a page of it is a range.
ALTER TABLE accounts ADD COLUMN voice_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN mms_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN voice_receipt_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN mms_receipt_seq BIGINT NOT NULL DEFAULT 0;
-- Receipts up to this many are marked as read.
ALTER TABLE accounts ADD COLUMN sms_receipts_read BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN voice_receipts_read BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN mms_receipts_read BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN inbound_seq BIGINT NOT NULL DEFAULT 0;

-- What a call has and a text has not; the rest of it is in `messages` under the same key.
CREATE TABLE voice_messages (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    lang TEXT NOT NULL,
    voice TEXT NOT NULL,
    require_input BIGINT NOT NULL,
    machine_detection BIGINT NOT NULL,
    -- What happened on the line; NULL until it is known, or where nobody asked.
    machine_detected BIGINT,
    digits TEXT,
    PRIMARY KEY (account_id, seq)
) WITHOUT ROWID;

-- What a picture message has and a text has not.
CREATE TABLE mms_messages (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    subject TEXT NOT NULL,
    media_url TEXT NOT NULL,
    PRIMARY KEY (account_id, seq)
) WITHOUT ROWID;

-- Keys that the callee pressed.
ALTER TABLE receipts ADD COLUMN digits TEXT;
-- 1: made up on the account's own request, about no message of its history.
ALTER TABLE receipts ADD COLUMN test BIGINT NOT NULL DEFAULT 0;
CREATE INDEX receipts_of_tests ON receipts (message_id) WHERE test = 1;

-- Texts that came in, dense per account.
CREATE TABLE inbound (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    inbound_seq BIGINT NOT NULL,
    message_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The text that was replied to, if it is known.
    original_message_id BLOB,
    original_body TEXT NOT NULL,
    custom_string TEXT NOT NULL,
    read BIGINT NOT NULL,
    PRIMARY KEY (account_id, inbound_seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX inbound_by_id ON inbound (message_id);
CREATE INDEX inbound_by_original ON inbound (original_message_id, inbound_seq) WHERE original_message_id IS NOT NULL;
CREATE INDEX inbound_unread ON inbound (account_id, inbound_seq) WHERE read = 0;

INSERT INTO counters (tenant_id, name, value) VALUES (1, 'sms_template', 0), (1, 'email_address', 0), (1, 'mail', 0);

CREATE TABLE sms_templates (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    template_name TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, template_id)
) WITHOUT ROWID;

-- Addresses that an account may send e-mail from, once it has shown that it reads what arrives there.
CREATE TABLE email_addresses (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    email_address_id BIGINT NOT NULL,
    email_address TEXT NOT NULL,
    verified BIGINT NOT NULL,
    -- Keyed hash of the token that was mailed last; NULL: none, or used.
    token_hash BLOB,
    pepper_version BIGINT,
    token_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, email_address_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX email_addresses_by_text ON email_addresses (account_id, email_address);

-- Where the simulator leaves mail instead of sending it.
CREATE TABLE mailbox (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    mail_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account_id, mail_id)
) WITHOUT ROWID;

-- Countries that an account has selected for sending, by their number in the list of countries.
CREATE TABLE user_countries (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    country_list_id BIGINT NOT NULL,
    selected_at BIGINT NOT NULL,
    -- When the account agreed to the country's rules.
    agreed_at BIGINT,
    PRIMARY KEY (account_id, country_list_id)
) WITHOUT ROWID;

-- Links to downloads: what to write is kept, not what was written. Whoever knows the number may fetch it until it expires.
CREATE TABLE exports (
    tenant_id BIGINT NOT NULL,
    export_id BLOB NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    query TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX exports_by_account ON exports (account_id, expires_at);
