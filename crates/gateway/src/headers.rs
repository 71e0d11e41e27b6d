//! Which headers of a caller go on to the upstream.

use http::{HeaderMap, HeaderName};
use postern_egress::{is_hop_by_hop_name, strip};

/// Removes what [`withholds`] names, and what belongs to one hop. `injected` is the header that the credential will stand in.
/// `whole`: no part of the answer may be asked for.
pub(crate) fn clean(headers: &mut HeaderMap, injected: Option<&HeaderName>, whole: bool) {
    strip(headers, |name| {
        let name = name.as_str().as_bytes();
        withholds(name, injected) || (whole && asks_for_part(name))
    });
}

/// Whether a header (in any case of letters) is the caller's own business with us, would let another method or path be read than
/// the one that was judged, or poses as one of those.
pub(crate) fn withholds(name: &[u8], injected: Option<&HeaderName>) -> bool {
    is_withheld(name)
        || injected.is_some_and(|injected| name.eq_ignore_ascii_case(injected.as_str().as_bytes()))
        || memchr::memchr(b'_', name).is_some_and(|_| poses_as_withheld(name, injected))
}

fn is_withheld(name: &[u8]) -> bool {
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    let starts = |known: &str| {
        name.get(..known.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(known.as_bytes()))
    };
    match name.first().map(u8::to_ascii_lowercase) {
        Some(b'a') => is("authorization") || is("accept-encoding"),
        // A session of the upstream would be a second way in, without us.
        Some(b'c') => is("cookie") || is("cookie2"),
        Some(b'e') => is("expect"),
        Some(b'f') => is("forwarded"),
        Some(b'h') => is("host"),
        Some(b'm') => starts("maton-"),
        Some(b'p') => starts("postern-") || starts("proxy-"),
        Some(b'x') if starts("x-") => {
            starts("x-forwarded-")
                || starts("x-maton-")
                || starts("x-postern-")
                || WITHHELD_EXTENSIONS.iter().any(|known| is(known))
        }
        _ => false,
    }
}

const WITHHELD_EXTENSIONS: [&str; 11] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-original-uri",
    "x-original-host",
    "x-original-method",
    "x-override-url",
    "x-rewrite-url",
    "x-real-ip",
    "x-request-id",
];

/// A part of an answer: masks go by what stands around a secret, and a part may begin inside one. Whoever may not see secrets gets the whole.
pub(crate) fn asks_for_part(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"range") || name.eq_ignore_ascii_case(b"if-range")
}

/// Gateways to CGI, WSGI and the like read `_` as `-`: `transfer_encoding` must not become what `transfer-encoding` may not be.
fn poses_as_withheld(name: &[u8], injected: Option<&HeaderName>) -> bool {
    let plain: Vec<u8> = name
        .iter()
        .map(|byte| if *byte == b'_' { b'-' } else { *byte })
        .collect();
    is_withheld(&plain)
        || is_hop_by_hop_name(&plain)
        || plain.eq_ignore_ascii_case(b"content-length")
        || injected.is_some_and(|injected| plain.eq_ignore_ascii_case(injected.as_str().as_bytes()))
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
            "x-original-method",
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
        clean(
            &mut headers,
            Some(&HeaderName::from_static("x-api-key")),
            false,
        );
        for name in &passed {
            assert!(!withholds(name.to_uppercase().as_bytes(), None), "{name}");
        }
        assert!(
            withholds(b"AUTHORIZATION", None)
                && withholds(b"X-Api-KEY", Some(&HeaderName::from_static("x-api-key")))
        );
        let mut whole = headers.clone();
        clean(&mut whole, None, true);
        assert!(!whole.contains_key("range") && whole.contains_key("accept"));
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        let mut want = passed.to_vec();
        want.sort_unstable();
        assert_eq!(left, want);
    }
}
