-- Contact lists and what is in them. Numbers of contacts belong to their account: no row is shared between accounts.
ALTER TABLE accounts ADD COLUMN contact_seq BIGINT NOT NULL DEFAULT 0;
-- Where a message to a list came from.
ALTER TABLE messages ADD COLUMN list_id BIGINT;
ALTER TABLE messages ADD COLUMN contact_id BIGINT;

CREATE TABLE lists (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    list_id BIGINT NOT NULL PRIMARY KEY,
    list_name TEXT NOT NULL,
    list_email_id TEXT NOT NULL UNIQUE,
    -- 1: the account's Opt-Out List.
    opt_out BIGINT NOT NULL,
    -- 1: deleted; its contacts are being erased, and nobody sees it any more.
    erased BIGINT NOT NULL,
    -- How many contacts there are; changed in the unit that adds or removes them.
    contacts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX lists_by_account ON lists (account_id, list_id);
CREATE UNIQUE INDEX lists_opt_out ON lists (account_id) WHERE opt_out = 1;

-- Clustered by list. A field that is not there is ''.
CREATE TABLE contacts (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    list_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    phone_number TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    custom_1 TEXT NOT NULL,
    custom_2 TEXT NOT NULL,
    custom_3 TEXT NOT NULL,
    custom_4 TEXT NOT NULL,
    fax_number TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    email TEXT NOT NULL,
    address_line_1 TEXT NOT NULL,
    address_line_2 TEXT NOT NULL,
    address_city TEXT NOT NULL,
    address_state TEXT NOT NULL,
    address_postal_code TEXT NOT NULL,
    address_country TEXT NOT NULL,
    PRIMARY KEY (list_id, contact_id)
) WITHOUT ROWID;
-- Somebody's number in an account or one of its lists, the Opt-Out List above all.
CREATE INDEX contacts_by_phone ON contacts (account_id, phone_number, list_id) WHERE phone_number <> '';
CREATE INDEX contacts_by_email ON contacts (account_id, lower(email), list_id) WHERE email <> '';
CREATE INDEX contacts_by_update ON contacts (list_id, updated_at);

-- How many contacts a list has among each 1024 numbers: finds page N without reading the pages before it.
CREATE TABLE contact_blocks (
    tenant_id BIGINT NOT NULL,
    list_id BIGINT NOT NULL,
    block BIGINT NOT NULL,
    contacts BIGINT NOT NULL,
    PRIMARY KEY (list_id, block)
) WITHOUT ROWID;

-- Work on a list that is too long for one unit: done in steps, each of which moves the cursor in its own unit.
CREATE TABLE list_jobs (
    tenant_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    list_id BIGINT NOT NULL,
    -- 1 import, 2 remove duplicates, 3 remove opted out contacts, 4 erase
    kind BIGINT NOT NULL,
    -- 1 receiving a file, 2 running, 3 done, 4 failed
    state BIGINT NOT NULL,
    -- What the kind of work needs to know.
    detail TEXT NOT NULL,
    phase BIGINT NOT NULL,
    -- Byte of the file, or number of a contact.
    position BIGINT NOT NULL,
    -- Bytes of the file, or contacts at the start.
    total BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    -- Contacts added or removed.
    rows_done BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL,
    failure TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX list_jobs_open ON list_jobs (list_id, kind) WHERE state <= 2;

-- The file of an import in equal pieces, gone once its rows are contacts.
CREATE TABLE list_job_parts (
    tenant_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (job_id, part)
) WITHOUT ROWID;

-- Rows of a file that could not be imported.
CREATE TABLE list_job_faults (
    tenant_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (job_id, row_number)
) WITHOUT ROWID;

-- While duplicates are looked for: what each contact is compared by.
CREATE TABLE list_job_digests (
    tenant_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    digest BLOB NOT NULL,
    contact_id BIGINT NOT NULL,
    PRIMARY KEY (job_id, digest, contact_id)
) WITHOUT ROWID;

-- Every account has an Opt-Out List, those from before there were lists, too.
INSERT INTO lists (tenant_id, account_id, list_id, list_name, list_email_id, opt_out, erased, contacts, created_at, updated_at)
SELECT tenant_id, account_id, 1000 + row_number() OVER (ORDER BY account_id), 'Opt-Out List', upper(hex(randomblob(8))), 1, 0, 0, created_at,
    created_at
FROM accounts;
INSERT INTO counters (tenant_id, name, value) SELECT 1, 'list', 1000 + count(*) FROM accounts;
INSERT INTO counters (tenant_id, name, value) VALUES (1, 'list_job', 0);
