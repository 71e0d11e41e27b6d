-- One text or picture to everybody in a list. The rows of its messages are made step by step when its time has come; the position is
-- moved in the same unit, so a campaign goes on after a restart where its last commit left it.
CREATE TABLE campaigns (
    tenant_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    -- 0 text, 2 picture: as channels are numbered elsewhere.
    channel BIGINT NOT NULL,
    -- 1 scheduled, 2 queued, 3 sending, 4 sent, 5 cancelled, 6 failed
    status BIGINT NOT NULL,
    name TEXT NOT NULL,
    list_id BIGINT NOT NULL,
    list_name TEXT NOT NULL,
    -- As the caller wrote them.
    sender TEXT NOT NULL,
    body TEXT NOT NULL,
    source TEXT NOT NULL,
    custom_string TEXT NOT NULL,
    -- A sender for each country, as JSON.
    senders TEXT NOT NULL,
    url_to_shorten TEXT NOT NULL,
    -- NULL: at once.
    schedule BIGINT,
    due_at BIGINT NOT NULL,
    subject TEXT NOT NULL,
    media_url TEXT NOT NULL,
    media_id BLOB,
    media_type TEXT,
    media_bytes BIGINT,
    media_digest BLOB,
    -- The address behind the links in its messages, and the one behind the links that opt out; NULL: none.
    long_url_id BIGINT,
    unsubscribe_url_id BIGINT,
    -- Contacts of the list when the campaign was made.
    total BIGINT NOT NULL,
    -- The last contact that was looked at.
    position BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    -- Contacts that cannot be sent to, and messages that the balance did not cover.
    refused BIGINT NOT NULL,
    unpaid BIGINT NOT NULL,
    price_micros BIGINT NOT NULL,
    failure TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX campaigns_by_account ON campaigns (account_id, channel, campaign_id);
CREATE INDEX campaigns_open ON campaigns (due_at, campaign_id) WHERE status <= 3;

-- Which messages are a campaign's: stretches of its account's numbers, one for each step.
CREATE TABLE campaign_stretches (
    tenant_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, first_seq)
) WITHOUT ROWID;

INSERT INTO counters (tenant_id, name, value) VALUES (1, 'campaign', 0);
