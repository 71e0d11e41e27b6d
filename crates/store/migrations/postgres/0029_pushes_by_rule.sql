-- What one webhook was told lately.
CREATE INDEX pushes_by_rule ON pushes (account_id, about, rule_id, state, push_id);
