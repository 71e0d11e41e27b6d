-- Which key a message came by, and over which connection; NULL: its account sent it itself.
ALTER TABLE messages ADD COLUMN key_id TEXT;
ALTER TABLE messages ADD COLUMN connection_id TEXT;
-- What a brake holds that is not due yet. Immediate messages never enter them.
CREATE INDEX messages_scheduled_by_key ON messages (key_id) WHERE status = 1 AND key_id IS NOT NULL;
CREATE INDEX messages_scheduled_by_connection ON messages (connection_id) WHERE status = 1 AND connection_id IS NOT NULL;
ALTER TABLE campaigns ADD COLUMN key_id TEXT;
ALTER TABLE campaigns ADD COLUMN connection_id TEXT;

-- Who sends nothing until somebody says otherwise: 'key:…', 'connection:…', 'installation:'. Nothing wrote to the table before.
DROP TABLE freezes;
CREATE TABLE freezes (
    tenant_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    -- Where in the queue the due messages that it holds wait: a time that never comes, of this freeze alone.
    place BIGINT NOT NULL,
    frozen_at BIGINT NOT NULL,
    -- The brake is off, but some of what it held has not gone back to the queue yet.
    released_at BIGINT,
    PRIMARY KEY (tenant_id, scope)
);
INSERT INTO counters (tenant_id, name, value) VALUES (1, 'freeze', 0);
