-- Sends lie in one tree by their ids, which are in order of time: a send is written at its end, and found without a second look.
CREATE TABLE sends_by_id (
    tenant_id BIGINT NOT NULL,
    send_id TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    app TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    -- started, answered, failed (nothing left), unknown, accepted (it was unknown)
    state TEXT NOT NULL,
    status BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    -- A keyed hash by which a repeat of the send is recognised; NULL: a repeat is a new send.
    claim BLOB,
    -- With an Idempotency-Key: a keyed hash of what it was used for. NULL: the claim was derived from the call itself.
    digest BLOB,
    -- When the claim ends; NULL while the attempt runs, or its answer is on its way.
    claim_until BIGINT,
    -- Sealed: the answer that a repeat gets.
    answer BLOB,
    -- Sealed: by what the messages can be found in the upstream's history.
    sought BLOB,
    -- Who cleared up what was unknown: 'key:…', 'history', 'window'.
    resolved_by TEXT,
    -- When the upstream's history was last looked through, and what it said, for a person.
    looked_at BIGINT,
    finding TEXT
) WITHOUT ROWID;
INSERT INTO sends_by_id SELECT tenant_id, send_id, key_id, connection_id, request_id, app, method, path, state, status, created_at, settled_at, claim, digest, claim_until, answer, sought, resolved_by, looked_at, finding FROM sends;
DROP TABLE sends;
ALTER TABLE sends_by_id RENAME TO sends;
CREATE INDEX sends_unsettled ON sends (state, created_at) WHERE state IN ('started', 'unknown');
CREATE UNIQUE INDEX sends_by_claim ON sends (claim) WHERE claim IS NOT NULL;
CREATE INDEX sends_by_claim_end ON sends (claim_until) WHERE claim_until IS NOT NULL;
CREATE INDEX sends_by_key ON sends (key_id, send_id);
