-- What shall happen by itself when texts come in and receipts arrive.

CREATE TABLE inbound_rules (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    rule_id BIGINT NOT NULL,
    -- `*`, or a number in E.164.
    dedicated_number TEXT NOT NULL,
    rule_name TEXT NOT NULL,
    search_type BIGINT NOT NULL,
    search_term TEXT NOT NULL,
    action TEXT NOT NULL,
    action_address TEXT NOT NULL,
    -- The text of an automatic answer.
    body TEXT NOT NULL,
    webhook_type TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, rule_id)
);

CREATE TABLE receipt_rules (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    -- 0 texts, 1 calls, 2 e-mail
    kind BIGINT NOT NULL,
    rule_id BIGINT NOT NULL,
    rule_name TEXT NOT NULL,
    match_type BIGINT NOT NULL,
    action TEXT NOT NULL,
    action_address TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind, rule_id)
);

INSERT INTO counters (tenant_id, name, value) VALUES (1, 'inbound_rule', 0), (1, 'receipt_rule', 0), (1, 'push', 0), (1, 'reaction', 0);

-- Receipts that no rule keeps for polling are numbered apart, so that those that one keeps stay without gaps.
ALTER TABLE accounts ADD COLUMN unpolled_receipt_seq BIGINT NOT NULL DEFAULT 0;
-- How many pushes wait; there is a limit.
ALTER TABLE accounts ADD COLUMN pushes_waiting BIGINT NOT NULL DEFAULT 0;

-- What pushes are signed with. Sealed.
CREATE TABLE webhook_secrets (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- Calls to addresses of the account's own. The content is made when it is sent, from what the push is about.
CREATE TABLE pushes (
    tenant_id BIGINT NOT NULL,
    push_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    -- NULL: a test that no rule asked for.
    rule_id BIGINT,
    -- 1 a text that came in, 2 a receipt
    about BIGINT NOT NULL,
    -- `inbound_seq` or `receipt_seq`.
    seq BIGINT NOT NULL,
    url TEXT NOT NULL,
    encoding TEXT NOT NULL,
    -- 1 waiting, 2 arrived, 3 given up
    state BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    -- While it waits: when it is tried next, or when the lease of whoever is trying ends.
    due_at BIGINT NOT NULL,
    claim BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX pushes_due ON pushes (due_at, push_id) WHERE state = 1;
CREATE INDEX pushes_by_account ON pushes (account_id, push_id);
CREATE INDEX pushes_ended ON pushes (ended_at) WHERE state > 1;

CREATE TABLE push_tries (
    tenant_id BIGINT NOT NULL,
    push_id BIGINT NOT NULL,
    try_number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took_micros BIGINT NOT NULL,
    -- What the address answered; NULL: nothing came.
    status BIGINT,
    -- Why nothing came.
    problem TEXT,
    PRIMARY KEY (push_id, try_number)
);

-- Messages that rules ask for; they are priced and accepted like those of a caller.
CREATE TABLE reactions (
    tenant_id BIGINT NOT NULL,
    reaction_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    -- One of both is there.
    recipient TEXT,
    list_id BIGINT,
    -- Empty: the account's usual sender.
    sender TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- How often somebody got an automatic answer within the hour that began last: two machines must not talk for ever.
CREATE TABLE auto_replies (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    since BIGINT NOT NULL,
    replies BIGINT NOT NULL,
    PRIMARY KEY (account_id, recipient)
);

-- The newest message from a number of ours to a handset: what an answer answers.
CREATE TABLE conversations (
    tenant_id BIGINT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (sender, recipient)
);

-- Who wanted no more messages, or wanted them again, and by which text.
CREATE TABLE opt_outs (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    inbound_seq BIGINT NOT NULL,
    phone_number TEXT NOT NULL,
    -- 1 no more, 2 again
    wish BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, inbound_seq)
);
