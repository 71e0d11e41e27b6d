-- What a remote account was seen to charge, for when its own price is not to be had.
CREATE TABLE learned_rates (
    tenant_id BIGINT NOT NULL,
    connection_id TEXT NOT NULL,
    -- sms, mms, voice
    channel TEXT NOT NULL,
    -- ISO 3166 code of the recipient.
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- Of one segment of a text, one part of a call, one picture message.
    micros BIGINT NOT NULL,
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, channel, country)
);
