-- Where a remote account tells us of incoming texts: one address for each connection.
CREATE TABLE hooks (
    tenant_id BIGINT NOT NULL,
    connection_id TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the token in the address.
    token_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- NULL: nothing has come yet.
    heard_at BIGINT
);
CREATE UNIQUE INDEX hooks_by_token ON hooks (token_hash);

-- Who told a remote account to send no more.
CREATE TABLE connection_opt_outs (
    tenant_id BIGINT NOT NULL,
    connection_id TEXT NOT NULL,
    -- Keyed hash of connection and number, in hexadecimal digits.
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, subject)
);
