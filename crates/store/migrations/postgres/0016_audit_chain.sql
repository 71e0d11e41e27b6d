-- How far a record is in the chain: 0 not at all, 1 its opening, 2 all of it.
ALTER TABLE audit ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX audit_unsealed ON audit (sealed, audit_id) WHERE sealed < 2;

-- One link for each sealed part of a record. The salt goes when retention erases the record; the hashes stay.
CREATE TABLE audit_links (
    tenant_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    audit_id TEXT NOT NULL,
    part TEXT NOT NULL,
    salt BYTEA,
    fact_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_links_by_record ON audit_links (audit_id);

CREATE TABLE audit_checkpoints (
    tenant_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

-- For retention.
CREATE INDEX audit_by_age ON audit (at) WHERE sealed = 2;
