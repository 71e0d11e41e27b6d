-- Files in pieces: what was uploaded, and the pictures of messages in the form in which carriers get them. Whoever knows a file's number
-- may fetch it, so it is random.
CREATE TABLE files (
    tenant_id BIGINT NOT NULL,
    file_id BLOB NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    -- What uploads are called by; 0: no upload.
    upload_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- SHA-256; NULL until every piece is there.
    digest BLOB,
    created_at BIGINT NOT NULL,
    -- NULL: kept, because messages refer to it.
    expires_at BIGINT
);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE file_parts (
    tenant_id BIGINT NOT NULL,
    file_id BLOB NOT NULL,
    part BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (file_id, part)
);

-- The picture as it is sent; NULL for messages from before pictures were fetched.
ALTER TABLE mms_messages ADD COLUMN media_id BLOB;
ALTER TABLE mms_messages ADD COLUMN media_type TEXT;
ALTER TABLE mms_messages ADD COLUMN media_bytes BIGINT;
ALTER TABLE mms_messages ADD COLUMN media_digest BLOB;

-- Addresses that were shortened, each for one message of a call or for one campaign, and what became of all their links together.
CREATE TABLE long_urls (
    tenant_id BIGINT NOT NULL,
    long_url_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    -- '': opens the way out of the sender's lists.
    url TEXT NOT NULL,
    -- NULL: a text that was sent by itself.
    campaign_id BIGINT,
    created_at BIGINT NOT NULL,
    links BIGINT NOT NULL,
    -- Links that were opened at least once.
    opened BIGINT NOT NULL,
    opens BIGINT NOT NULL
);
CREATE INDEX long_urls_by_campaign ON long_urls (campaign_id) WHERE campaign_id IS NOT NULL;

-- The links to an address, numbered without gaps, so that a page of them is a range.
CREATE TABLE short_links (
    tenant_id BIGINT NOT NULL,
    long_url_id BIGINT NOT NULL,
    link_no BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    message_id BLOB NOT NULL,
    recipient TEXT NOT NULL,
    list_id BIGINT,
    contact_id BIGINT,
    opens BIGINT NOT NULL,
    -- The first opening; NULL: none yet.
    opened_at BIGINT,
    device BIGINT,
    system BIGINT,
    browser BIGINT,
    PRIMARY KEY (long_url_id, link_no)
) WITHOUT ROWID;
CREATE UNIQUE INDEX short_links_by_code ON short_links (code);
CREATE INDEX short_links_by_message ON short_links (message_id);

-- Openings one by one, of each link up to a bound.
CREATE TABLE clicks (
    tenant_id BIGINT NOT NULL,
    long_url_id BIGINT NOT NULL,
    click_no BIGINT NOT NULL,
    link_no BIGINT NOT NULL,
    at BIGINT NOT NULL,
    device BIGINT NOT NULL,
    system BIGINT NOT NULL,
    browser BIGINT NOT NULL,
    PRIMARY KEY (long_url_id, click_no)
) WITHOUT ROWID;

-- All openings of an address by kind of device (1), system (2) and browser (3).
CREATE TABLE click_counts (
    tenant_id BIGINT NOT NULL,
    long_url_id BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    label BIGINT NOT NULL,
    opens BIGINT NOT NULL,
    PRIMARY KEY (long_url_id, kind, label)
) WITHOUT ROWID;

INSERT INTO counters (tenant_id, name, value) VALUES (1, 'upload', 0), (1, 'long_url', 0);
