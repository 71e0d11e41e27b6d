-- A keyed hash by which a repeat of the send is recognised; NULL: a repeat is a new send.
ALTER TABLE sends ADD COLUMN claim BLOB;
-- With an Idempotency-Key: a keyed hash of what it was used for. NULL: the claim was derived from the call itself.
ALTER TABLE sends ADD COLUMN digest BLOB;
-- When the claim ends; NULL while the attempt runs, or its answer is on its way.
ALTER TABLE sends ADD COLUMN claim_until BIGINT;
-- Sealed: the answer that a repeat gets.
ALTER TABLE sends ADD COLUMN answer BLOB;
-- Sealed: by what the messages can be found in the upstream's history.
ALTER TABLE sends ADD COLUMN sought BLOB;
-- Who cleared up what was unknown: 'key:…', 'history', 'window'.
ALTER TABLE sends ADD COLUMN resolved_by TEXT;
-- When the upstream's history was last looked through, and what it said, for a person.
ALTER TABLE sends ADD COLUMN looked_at BIGINT;
ALTER TABLE sends ADD COLUMN finding TEXT;
CREATE UNIQUE INDEX sends_by_claim ON sends (claim) WHERE claim IS NOT NULL;
CREATE INDEX sends_by_claim_end ON sends (claim_until) WHERE claim_until IS NOT NULL;
CREATE INDEX sends_by_key ON sends (key_id, send_id);

CREATE INDEX reservations_held ON reservations (created_at) WHERE state = 'held';

-- What is done about sends over a connection whose outcome is not known; without a row: at_most_once.
CREATE TABLE unknown_policies (
    tenant_id BIGINT NOT NULL,
    connection_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id)
);
