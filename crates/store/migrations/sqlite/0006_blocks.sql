-- What searches of the history look at instead of every message. Numbers are dense, so 1,024 of them are a block, and what is known about a
-- block is kept beside it.

-- How many messages of a block are in which state. Those that are not counted here are queued (2): a plain text changes nothing.
CREATE TABLE message_states (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    status BIGINT NOT NULL,
    block BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (account_id, status, block)
) WITHOUT ROWID;

-- Who sent how many messages of a full block, in lower case. Written once, by the message that fills the block.
CREATE TABLE message_senders (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    sender TEXT NOT NULL,
    block BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (account_id, sender, block)
) WITHOUT ROWID;

-- The recipients of a full block, sorted within it: written once and at the end of the table, which an index by recipient would not be.
CREATE TABLE message_recipients (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    block BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (account_id, block, recipient, seq)
) WITHOUT ROWID;

INSERT INTO message_states (tenant_id, account_id, status, block, count)
    SELECT tenant_id, account_id, status, (seq - 1) / 1024, count(*) FROM messages WHERE status <> 2
    GROUP BY tenant_id, account_id, status, (seq - 1) / 1024;

INSERT INTO message_senders (tenant_id, account_id, sender, block, count)
    SELECT m.tenant_id, m.account_id, lower(m.sender), (m.seq - 1) / 1024, count(*) FROM messages m JOIN accounts a ON a.account_id = m.account_id
    WHERE ((m.seq - 1) / 1024 + 1) * 1024 <= CASE
        WHEN m.seq > 2000000000000000 THEN 2000000000000000 + a.mms_seq
        WHEN m.seq > 1000000000000000 THEN 1000000000000000 + a.voice_seq
        ELSE a.message_seq END
    GROUP BY m.tenant_id, m.account_id, lower(m.sender), (m.seq - 1) / 1024;

INSERT INTO message_recipients (tenant_id, account_id, block, recipient, seq)
    SELECT m.tenant_id, m.account_id, (m.seq - 1) / 1024, m.recipient, m.seq FROM messages m JOIN accounts a ON a.account_id = m.account_id
    WHERE ((m.seq - 1) / 1024 + 1) * 1024 <= CASE
        WHEN m.seq > 2000000000000000 THEN 2000000000000000 + a.mms_seq
        WHEN m.seq > 1000000000000000 THEN 1000000000000000 + a.voice_seq
        ELSE a.message_seq END
    ORDER BY 2, 3, 4, 5;
