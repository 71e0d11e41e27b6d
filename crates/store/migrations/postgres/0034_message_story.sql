-- What happened to one message: its receipts are a chain from the newest back, and attempts that a carrier wanted later are counted.
ALTER TABLE receipts ADD COLUMN previous_seq BIGINT;

-- Written by the first deferral of a message; the attempt that ended it is known by what became of the message.
CREATE TABLE deferrals (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, seq)
);

-- Who was told about a receipt, or about a text that came in.
CREATE INDEX pushes_by_story ON pushes (account_id, about, seq);
