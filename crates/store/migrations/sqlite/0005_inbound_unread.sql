-- SQLite prefers the primary key to a partial index of the same columns and would pass every text that was ever read. This index answers
-- by itself which texts are unread, so there is nothing to prefer.
DROP INDEX inbound_unread;
CREATE INDEX inbound_by_read ON inbound (account_id, read, inbound_seq, at);
