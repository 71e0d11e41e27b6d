//! What numbers, texts, segments, prices, statuses and effects are, and what may happen to them.
