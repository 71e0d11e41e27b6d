-- Instants are unix microseconds, money is micro-units of the row's currency, flags are 0/1, JSON is text.
-- Every row carries its tenant (one today: 1).

-- Small facts about this installation: marks of first start, sealed signing keys, the node's name.
CREATE TABLE settings (
    tenant_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- Dense numbers handed out by UPDATE … RETURNING (account ids).
CREATE TABLE counters (
    tenant_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
INSERT INTO counters (tenant_id, name, value) VALUES (1, 'account', 100000);

-- Accounts of the built-in platform (what ClickSend calls a user).
CREATE TABLE accounts (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    -- Keyed hash for sign-in, sealed copy because GET /v3/account shows it to its owner.
    api_key_hash BLOB NOT NULL,
    pepper_version BIGINT NOT NULL,
    api_key_sealed BLOB NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    country TEXT NOT NULL,
    timezone TEXT NOT NULL,
    currency TEXT NOT NULL,
    balance_micros BIGINT NOT NULL CHECK (balance_micros >= 0),
    -- 1: messages are pinned to the simulator whatever a route says; test keys act here.
    sandbox BIGINT NOT NULL,
    active BIGINT NOT NULL,
    char_limit_parts BIGINT NOT NULL,
    -- Number of the account's newest message; messages are numbered without gaps.
    message_seq BIGINT NOT NULL DEFAULT 0,
    -- Acceptance times never run backwards within an account, so that a date window is a range of numbers.
    last_accepted_at BIGINT NOT NULL DEFAULT 0,
    receipt_seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Sealed peppers of keyed hashes, by version; the newest not retired one is current.
CREATE TABLE peppers (
    tenant_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (tenant_id, version)
);

CREATE TABLE keys (
    tenant_id BIGINT NOT NULL,
    key_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    test BIGINT NOT NULL,
    -- JSON arrays; NULL means the role's default, [] means nothing.
    apps TEXT,
    connections TEXT,
    rules TEXT NOT NULL,
    cidr TEXT,
    rate_per_second BIGINT,
    limits TEXT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- A key's secrets: one, or two while a rotation overlaps.
CREATE TABLE key_secrets (
    tenant_id BIGINT NOT NULL,
    secret_hash BLOB NOT NULL,
    pepper_version BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    -- What may be shown: prefix and last characters.
    display TEXT NOT NULL,
    not_after BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (secret_hash)
);
CREATE INDEX key_secrets_by_key ON key_secrets (key_id);

CREATE TABLE connections (
    tenant_id BIGINT NOT NULL,
    connection_id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    method TEXT NOT NULL,
    -- 'builtin' or a base URL; '' = the app's own.
    upstream TEXT NOT NULL,
    -- For 'builtin': whose account of the platform.
    account_id BIGINT,
    credential_sealed BLOB,
    metadata TEXT NOT NULL,
    sandbox BIGINT NOT NULL,
    -- The connect link: its token is derived from this nonce under a vault key, never stored. NULL: none, or spent.
    session_nonce BLOB,
    session_expires_at BIGINT,
    -- Why it is not ACTIVE, in words for a person.
    failure TEXT,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX connections_by_app ON connections (tenant_id, app, created_at);

-- What was done and decided. Rows are only added and closed, never changed otherwise.
CREATE TABLE audit (
    tenant_id BIGINT NOT NULL,
    audit_id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    peer TEXT NOT NULL,
    -- Data plane only: what was called and what it does.
    app TEXT,
    method TEXT,
    path TEXT,
    effect TEXT,
    decision TEXT NOT NULL,
    code TEXT,
    send_id TEXT,
    -- Filled when the answer is known.
    outcome TEXT,
    status BIGINT,
    closed_at BIGINT,
    detail TEXT NOT NULL
);

-- The at-most-once ledger: written before the first byte of a send can leave.
CREATE TABLE sends (
    tenant_id BIGINT NOT NULL,
    send_id TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    app TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    -- started, answered, failed (nothing left), unknown
    state TEXT NOT NULL,
    status BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX sends_unsettled ON sends (state, created_at) WHERE state IN ('started', 'unknown');
