//! Seals and opens secrets under a versioned key ring; the form and keyed hash of API keys.
