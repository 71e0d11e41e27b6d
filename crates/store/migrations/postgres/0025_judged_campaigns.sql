-- Whom a campaign of a limited key may reach, as it was judged when it was accepted: what the list becomes until then adds nobody.
CREATE TABLE campaign_judged (
    tenant_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    -- 0: the campaign was judged; the others are its contacts.
    contact_id BIGINT NOT NULL,
    -- SHA-256 of the number: another number is another recipient.
    recipient BYTEA NOT NULL,
    -- At most.
    segments BIGINT NOT NULL,
    price_micros BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, contact_id)
);
