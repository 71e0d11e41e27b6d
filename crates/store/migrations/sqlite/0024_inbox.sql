-- When the simulator's inbox was emptied: what arrived until then is no longer shown there.
ALTER TABLE accounts ADD COLUMN inbox_emptied_at BIGINT NOT NULL DEFAULT 0;
