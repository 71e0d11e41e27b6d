//! Does a POST come from our own page? Browsers say so; what they say is believed, and the form's own token is asked for besides.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// `Sec-Fetch-Site` decides where it is sent. Elsewhere (plain HTTP on a network address) `Origin` does: it is `null` on our page,
/// because that page sends no referrer, or names our own host.
pub(super) fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (None | Some("null"), _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_may_post() {
        for (site, origin, host, expected) in [
            (Some("same-origin"), Some("null"), "a:1", true),
            (Some("none"), None, "a:1", true),
            (Some("same-site"), Some("null"), "a:1", false),
            (Some("cross-site"), Some("null"), "a:1", false),
            // The browser's own word wins over a matching origin.
            (Some("cross-site"), Some("http://a:1"), "a:1", false),
            (None, None, "a:1", true),
            (None, Some("null"), "a:1", true),
            (None, Some("http://a:1"), "A:1", true),
            (None, Some("http://a:2"), "a:1", false),
            (None, Some("https://evil"), "a:1", false),
            (None, Some("a:1"), "a:1", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(
                is_same_site(&headers),
                expected,
                "{site:?} {origin:?} {host}"
            );
        }
    }
}
