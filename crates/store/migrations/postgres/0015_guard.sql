-- Limits of whatever has no row of its own to hold them: 'connection:…', 'account:…', 'installation:'.
CREATE TABLE limits (
    tenant_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    -- JSON object
    limits TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope)
);

-- Who sends nothing until somebody says otherwise: 'key:…', 'connection:…', 'installation:'.
CREATE TABLE freezes (
    tenant_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    frozen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, scope)
);
