//! The first path segments that are ours and therefore cannot be app names: one list in one place.

/// In the order of the alphabet.
pub const RESERVED: &[&str] = &[
    ".well-known",
    "accounts",
    "alerts",
    "approvals",
    "apps",
    "assets",
    "audit",
    "carriers",
    "connect",
    "connections",
    "console",
    "docs",
    "events",
    "freeze",
    "functions",
    "healthz",
    "hooks",
    "inbox",
    "keys",
    "limits",
    "mcp",
    "openapi",
    "openapi.json",
    "operators",
    "sends",
    "triggers",
    "usage",
    "user",
    "v3",
    "vault",
    "webhooks",
];

/// Whether the first path segment `segment` belongs to us.
#[must_use]
pub fn is_reserved(segment: &str) -> bool {
    // Lengths differ more often than letters do: this is cheaper than a binary search.
    RESERVED
        .iter()
        .any(|known| known.len() == segment.len() && *known == segment)
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
