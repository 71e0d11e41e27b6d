-- Sends that wait for a person. The request lies sealed; what is beside it holds no number and no text.
CREATE TABLE approvals (
    tenant_id BIGINT NOT NULL,
    approval_id TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    app TEXT NOT NULL,
    method TEXT NOT NULL,
    -- The operation's pattern, never the path itself.
    path TEXT NOT NULL,
    -- Keyed hash of what the key asked for: the same again finds what waits already.
    fingerprint BYTEA NOT NULL,
    -- Of everything that is approved; its salt is in the sealed request.
    digest BYTEA NOT NULL,
    -- Erased some time after the end, like the answer.
    request_sealed BYTEA,
    -- JSON object: counts, price, and why it waits.
    summary TEXT NOT NULL,
    state TEXT NOT NULL,
    callback TEXT,
    -- An operator's id.
    decided_by TEXT,
    decided_at BIGINT,
    -- When sending began: after a crash it is looked up what became of it.
    begun_at BIGINT,
    send_id TEXT,
    -- The upstream's answer.
    status BIGINT,
    answer_sealed BYTEA,
    -- Why it was denied, or was not sent after all.
    reason TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX approvals_waiting ON approvals (key_id, fingerprint) WHERE state = 'pending';
CREATE INDEX approvals_by_state ON approvals (state, approval_id);
CREATE INDEX approvals_of_key ON approvals (key_id, approval_id);
CREATE INDEX approvals_by_end ON approvals (ended_at) WHERE ended_at IS NOT NULL;

-- Calls to addresses outside about approvals: claimed by moving their due time, tried again for hours.
CREATE TABLE notices (
    tenant_id BIGINT NOT NULL,
    notice_id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    -- JSON, as it is signed and sent.
    payload TEXT NOT NULL,
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX notices_by_due ON notices (due_at, notice_id);
