//! What the steps need to know of a request's head, and the checks that make it unambiguous.

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, UPGRADE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Version};

use crate::refusal::Refusal;

/// Maton's header for the connection, and ours.
pub(crate) const MATON_CONNECTION: HeaderName = HeaderName::from_static("maton-connection");
pub(crate) const POSTERN_CONNECTION: HeaderName = HeaderName::from_static("postern-connection");

/// The head of a request, as far as it decides something.
pub(crate) struct Facts<'a> {
    pub(crate) method: &'a Method,
    /// As received, with its leading slash, without query.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    /// The host name, without port, if the client sent one.
    pub(crate) host: Option<&'a str>,
    pub(crate) authorization: Option<&'a [u8]>,
    /// The connection that the caller chose.
    pub(crate) connection: Option<&'a [u8]>,
    pub(crate) content_length: Option<u64>,
}

impl<'a> Facts<'a> {
    /// Reads a head that the HTTP library has accepted, and refuses what it accepts but another server may read differently.
    pub(crate) fn of(parts: &'a Parts) -> Result<Self, Refusal> {
        let headers = &parts.headers;
        if matches!(parts.method, Method::CONNECT | Method::TRACE) {
            return Err(Refusal::Method);
        }
        framing(parts)?;
        let authority = authority(parts)?;
        let path = parts.uri.path();
        if !path.starts_with('/') {
            return Err(Refusal::Ambiguous("the target is not a path"));
        }
        Ok(Self {
            method: &parts.method,
            path,
            query: parts.uri.query(),
            host: authority.map(host_of),
            authorization: single(headers, &AUTHORIZATION, "several Authorization headers")?,
            connection: chosen_connection(headers)?,
            content_length: headers
                .get(CONTENT_LENGTH)
                .and_then(|value| value.to_str().ok()?.parse().ok()),
        })
    }
}

/// The body has one length. (Two lengths that differ, a length that is no number and a coding that is not `chunked` never get here.)
fn framing(parts: &Parts) -> Result<(), Refusal> {
    let headers = &parts.headers;
    let chunked = headers.contains_key(TRANSFER_ENCODING);
    if chunked && headers.contains_key(CONTENT_LENGTH) {
        return Err(Refusal::Ambiguous(
            "it has both Content-Length and Transfer-Encoding",
        ));
    }
    if chunked
        && (parts.version != Version::HTTP_11
            || headers.get_all(TRANSFER_ENCODING).iter().count() > 1)
    {
        return Err(Refusal::Ambiguous(
            "its Transfer-Encoding is not exactly `chunked`",
        ));
    }
    if chunked
        && !headers[TRANSFER_ENCODING]
            .as_bytes()
            .eq_ignore_ascii_case(b"chunked")
    {
        return Err(Refusal::Ambiguous(
            "its Transfer-Encoding is not exactly `chunked`",
        ));
    }
    if headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
        return Err(Refusal::Ambiguous("it has several Content-Length headers"));
    }
    if let Some(length) = headers.get(CONTENT_LENGTH)
        && !length.as_bytes().iter().all(u8::is_ascii_digit)
    {
        return Err(Refusal::Ambiguous("its Content-Length is not a number"));
    }
    // An upgrade to HTTP/2 is an offer that may be passed over; anything else would turn the connection into a tunnel.
    let upgrade = headers
        .get(UPGRADE)
        .filter(|_| headers.contains_key(CONNECTION));
    if upgrade.is_some_and(|protocol| !protocol.as_bytes().eq_ignore_ascii_case(b"h2c")) {
        return Err(Refusal::Upgrade);
    }
    Ok(())
}

/// One authority, whether it stands in the target or in `Host`.
fn authority(parts: &Parts) -> Result<Option<&str>, Refusal> {
    let host = single(&parts.headers, &HOST, "several Host headers")?;
    let host = host
        .map(std::str::from_utf8)
        .transpose()
        .map_err(|_| Refusal::Ambiguous("its Host is not text"))?;
    let target = parts.uri.authority().map(http::uri::Authority::as_str);
    let authority = match (target, host) {
        (Some(target), Some(host)) if !target.eq_ignore_ascii_case(host) => {
            return Err(Refusal::Ambiguous("the target's authority and Host differ"));
        }
        (Some(authority), _) | (None, Some(authority)) => authority,
        (None, None) if parts.version == Version::HTTP_11 => {
            return Err(Refusal::Ambiguous("it has no Host"));
        }
        (None, None) => return Ok(None),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if authority.is_empty() || !authority.bytes().all(plain) {
        return Err(Refusal::Ambiguous("its Host is not a host name"));
    }
    Ok(Some(authority))
}

fn host_of(authority: &str) -> &str {
    let port = authority.rfind(':').filter(|at| {
        authority[at + 1..]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    });
    authority[..port.unwrap_or(authority.len())].trim_end_matches('.')
}

fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    several: &'static str,
) -> Result<Option<&'a [u8]>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        Some(_) => Err(Refusal::Ambiguous(several)),
        None => Ok(first.map(http::HeaderValue::as_bytes)),
    }
}

fn chosen_connection(headers: &HeaderMap) -> Result<Option<&[u8]>, Refusal> {
    const SEVERAL: &str = "it names several connections";
    let maton = single(headers, &MATON_CONNECTION, SEVERAL)?;
    let ours = single(headers, &POSTERN_CONNECTION, SEVERAL)?;
    match (maton, ours) {
        (Some(one), Some(other)) if one != other => Err(Refusal::Ambiguous(SEVERAL)),
        (one, other) => Ok(one.or(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(target: &str, headers: &[(&'static str, &str)]) -> Parts {
        let mut builder = http::Request::builder().method("POST").uri(target);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn one_reading_or_none() {
        let host = ("host", "a.test");
        for (target, headers, fine) in [
            ("/x", vec![host], true),
            ("/x", vec![], false),
            ("/x", vec![host, host], false),
            ("/x", vec![("host", "a.test@evil.test")], false),
            ("/x", vec![("host", "a.test:x@evil")], false),
            ("/x", vec![("host", "a.test/evil")], false),
            ("/x", vec![("host", "")], false),
            ("/x", vec![("host", "[::1]:8080")], true),
            ("http://a.test/x", vec![host], true),
            ("http://A.TEST/x", vec![host], true),
            ("http://a.test/x", vec![], true),
            ("http://evil.test/x", vec![host], false),
            ("/x", vec![host, ("content-length", "3")], true),
            (
                "/x",
                vec![host, ("content-length", "3"), ("content-length", "3")],
                false,
            ),
            ("/x", vec![host, ("content-length", "+3")], false),
            (
                "/x",
                vec![
                    host,
                    ("content-length", "3"),
                    ("transfer-encoding", "chunked"),
                ],
                false,
            ),
            ("/x", vec![host, ("transfer-encoding", "chunked")], true),
            (
                "/x",
                vec![host, ("transfer-encoding", "gzip, chunked")],
                false,
            ),
            (
                "/x",
                vec![
                    host,
                    ("transfer-encoding", "chunked"),
                    ("transfer-encoding", "chunked"),
                ],
                false,
            ),
            (
                "/x",
                vec![host, ("authorization", "a"), ("authorization", "b")],
                false,
            ),
            (
                "/x",
                vec![host, ("maton-connection", "a"), ("postern-connection", "a")],
                true,
            ),
            (
                "/x",
                vec![host, ("maton-connection", "a"), ("postern-connection", "b")],
                false,
            ),
            (
                "/x",
                vec![host, ("upgrade", "websocket"), ("connection", "upgrade")],
                false,
            ),
            (
                "/x",
                vec![host, ("upgrade", "h2c"), ("connection", "upgrade")],
                true,
            ),
        ] {
            let parts = parts(target, &headers);
            assert_eq!(Facts::of(&parts).is_ok(), fine, "{target} {headers:?}");
        }
    }

    #[test]
    fn a_host_without_its_port() {
        for (authority, host) in [
            ("a.test", "a.test"),
            ("a.test:80", "a.test"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("a.test.:80", "a.test"),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }
}
