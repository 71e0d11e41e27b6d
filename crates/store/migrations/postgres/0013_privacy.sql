-- Whoever was erased stays opted out: known by a keyed hash of number or address alone.
CREATE TABLE kept_opt_outs (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, hash)
);

-- The key of those hashes, sealed. It is never replaced: nobody could hash an erased number again.
CREATE TABLE opt_out_key (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- How far an import from another service's account has come, by the account that imports and what it imports.
CREATE TABLE transfers (
    tenant_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    what TEXT NOT NULL,
    -- What the reader needs to go on; JSON.
    cursor TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (source, what)
);

-- Which of our things a thing of the other service has become, so that a repeated import makes nothing twice.
CREATE TABLE transferred (
    tenant_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    what TEXT NOT NULL,
    external_id TEXT NOT NULL,
    our_id TEXT NOT NULL,
    PRIMARY KEY (source, what, external_id)
);
