//! Which headers of a caller go on to the upstream.

use http::{HeaderMap, HeaderName, header};
use postern_egress::strip;

/// Removes what is the caller's own business with us, what would let another method or path be read than the one that was
/// judged, and what belongs to one hop. `injected` is the header that the credential will stand in.
pub(crate) fn clean(headers: &mut HeaderMap, injected: Option<&HeaderName>) {
    strip(headers, |name| {
        is_withheld(name.as_str())
            || Some(name) == injected
            || poses_as_withheld(name.as_str(), injected)
    });
}

fn is_withheld(name: &str) -> bool {
    match name.as_bytes().first() {
        Some(b'a') => {
            name == header::AUTHORIZATION.as_str() || name == header::ACCEPT_ENCODING.as_str()
        }
        // A session of the upstream would be a second way in, without us.
        Some(b'c') => name == header::COOKIE.as_str() || name == "cookie2",
        Some(b'e') => name == header::EXPECT.as_str(),
        Some(b'f') => name == header::FORWARDED.as_str(),
        Some(b'h') => name == header::HOST.as_str(),
        Some(b'm') => name.starts_with("maton-"),
        Some(b'p') => name.starts_with("postern-") || name.starts_with("proxy-"),
        Some(b'x') => is_withheld_extension(name),
        _ => false,
    }
}

fn is_withheld_extension(name: &str) -> bool {
    matches!(
        name,
        "x-http-method-override"
            | "x-http-method"
            | "x-method-override"
            | "x-original-url"
            | "x-original-host"
            | "x-rewrite-url"
            | "x-real-ip"
            | "x-request-id"
    ) || name.starts_with("x-maton-")
        || name.starts_with("x-postern-")
        || name.starts_with("x-forwarded-")
}

/// Gateways to CGI, WSGI and the like read `_` as `-`: `transfer_encoding` must not become what `transfer-encoding` may not be.
fn poses_as_withheld(name: &str, injected: Option<&HeaderName>) -> bool {
    if !name.contains('_') {
        return false;
    }
    let plain = name.replace('_', "-");
    let framing = [
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
        header::UPGRADE,
        header::TE,
        header::TRAILER,
    ];
    is_withheld(&plain)
        || framing.iter().any(|name| name.as_str() == plain)
        || injected.is_some_and(|name| name.as_str() == plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_the_upstream_goes_on() {
        let mut headers = HeaderMap::new();
        let withheld = [
            "authorization",
            "proxy-authorization",
            "cookie",
            "host",
            "expect",
            "maton-connection",
            "postern-connection",
            "x-maton-x",
            "x-postern-x",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "proxy-connection",
            "http2-settings",
            "x-nominated",
            "x-http-method-override",
            "x-original-url",
            "x-forwarded-for",
            "forwarded",
            "x-api-key",
            "x_api_key",
            "transfer_encoding",
            "authorization_".trim_end_matches('_'),
            "accept-encoding",
            "x_http_method_override",
            "content_length",
        ];
        let passed = [
            "accept",
            "content-type",
            "content-length",
            "user-agent",
            "if-none-match",
            "range",
            "x-custom",
            "some_header",
            "idempotency-key",
            "origin",
        ];
        for name in withheld.iter().chain(&passed) {
            let value = if *name == "connection" {
                "close, X-Nominated"
            } else {
                "1"
            };
            headers.append(HeaderName::from_static(name), value.parse().expect("value"));
        }
        clean(&mut headers, Some(&HeaderName::from_static("x-api-key")));
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        let mut want = passed.to_vec();
        want.sort_unstable();
        assert_eq!(left, want);
    }
}
