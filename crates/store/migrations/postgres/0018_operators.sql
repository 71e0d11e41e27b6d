-- People who sign in. The password is an Argon2id hash with its own salt and cost.
CREATE TABLE operators (
    tenant_id BIGINT NOT NULL,
    operator_id TEXT NOT NULL PRIMARY KEY,
    -- What they sign in with; lower case.
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled_at BIGINT,
    signed_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name)
);

-- Whoever is signed in, under the hash of a random token.
CREATE TABLE operator_sessions (
    tenant_id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL PRIMARY KEY,
    operator_id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX operator_sessions_of ON operator_sessions (operator_id, created_at);
CREATE INDEX operator_sessions_by_end ON operator_sessions (expires_at);

-- One-time sign-in links, at most one for each operator, under the hash of a random token.
CREATE TABLE operator_links (
    tenant_id BIGINT NOT NULL,
    operator_id TEXT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);
