//! The first path segments that are ours and therefore cannot be app names: one list in one place.

/// Sorted, so that [`is_reserved`] is a binary search.
pub const RESERVED: &[&str] = &[
    ".well-known",
    "accounts",
    "approvals",
    "apps",
    "assets",
    "audit",
    "carriers",
    "connect",
    "connections",
    "console",
    "docs",
    "functions",
    "healthz",
    "hooks",
    "inbox",
    "keys",
    "mcp",
    "openapi.json",
    "sends",
    "triggers",
    "user",
    "v3",
    "vault",
];

/// Whether the first path segment `segment` belongs to us.
#[must_use]
pub fn is_reserved(segment: &str) -> bool {
    RESERVED.binary_search(&segment).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_found() {
        assert!(RESERVED.is_sorted());
        for name in RESERVED {
            assert!(is_reserved(name), "{name}");
        }
        assert!(!is_reserved("clicksend"));
        assert!(!is_reserved(""));
        assert!(!is_reserved("Keys"));
    }
}
