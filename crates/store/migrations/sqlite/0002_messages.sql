-- Messages of the built-in platform, clustered in the order in which their account had them accepted. Numbers are dense, so a page is a
-- range; times of acceptance never run backwards in them, so a date window is a range, too.
CREATE TABLE messages (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    message_id BLOB NOT NULL,
    accepted_at BIGINT NOT NULL,
    -- Where this message's row in the queue is, unless a claim holds it.
    due_at BIGINT NOT NULL,
    -- As the caller wrote it (seconds or milliseconds); NULL: at once.
    schedule BIGINT,
    recipient TEXT NOT NULL,
    country TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- 1: the sender was taken from the shared pool.
    shared_sender BIGINT NOT NULL,
    body TEXT NOT NULL,
    custom_string TEXT NOT NULL,
    from_email TEXT,
    source TEXT NOT NULL,
    segments BIGINT NOT NULL,
    price_micros BIGINT NOT NULL,
    -- 1: only the simulator may carry it, whatever a route says.
    simulated BIGINT NOT NULL,
    status BIGINT NOT NULL,
    -- ClickSend's error code, once something went wrong.
    cause BIGINT,
    status_at BIGINT NOT NULL,
    carrier TEXT NOT NULL,
    sent_at BIGINT,
    -- The newest receipt.
    receipt_seq BIGINT,
    PRIMARY KEY (account_id, seq)
) WITHOUT ROWID;
-- Ids are time-ordered, so this index grows at its end.
CREATE UNIQUE INDEX messages_by_id ON messages (message_id);
-- For cancelling all of an account's scheduled messages; immediate messages never enter it.
CREATE INDEX messages_scheduled ON messages (account_id, seq) WHERE status = 1;

-- What still has to happen to messages, by time. Claiming a row moves its time to the end of the lease; a final message has no row.
CREATE TABLE queue (
    tenant_id BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    -- 0: to be submitted. 1: a carrier has it (or may have it), a receipt is awaited.
    phase BIGINT NOT NULL,
    -- The claim that holds the row; 0: none.
    claim BIGINT NOT NULL,
    -- Claims since the row was last settled: more than one means that an attempt's fate is unknown.
    claims BIGINT NOT NULL,
    -- How often the carrier asked to come back later.
    deferrals BIGINT NOT NULL,
    PRIMARY KEY (due_at, account_id, seq)
) WITHOUT ROWID;

-- Delivery receipts, dense per account.
CREATE TABLE receipts (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    receipt_seq BIGINT NOT NULL,
    message_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    cause BIGINT,
    custom_string TEXT NOT NULL,
    PRIMARY KEY (account_id, receipt_seq)
) WITHOUT ROWID;
