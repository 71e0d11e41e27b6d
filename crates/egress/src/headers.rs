//! Header rules that both directions share: what belongs to one hop only, and what must not be reflected.

use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use postern_apps::Needles;

/// RFC 9110 section 7.6.1, and what predates it. In any case of letters.
pub fn is_hop_by_hop_name(name: &[u8]) -> bool {
    match name.len() {
        2 => name.eq_ignore_ascii_case(b"te"),
        7 => name.eq_ignore_ascii_case(b"trailer") || name.eq_ignore_ascii_case(b"upgrade"),
        10 => name.eq_ignore_ascii_case(b"connection") || name.eq_ignore_ascii_case(b"keep-alive"),
        14 => name.eq_ignore_ascii_case(b"http2-settings"),
        16 => name.eq_ignore_ascii_case(b"proxy-connection"),
        17 => name.eq_ignore_ascii_case(b"transfer-encoding"),
        18 => name.eq_ignore_ascii_case(b"proxy-authenticate"),
        19 => name.eq_ignore_ascii_case(b"proxy-authorization"),
        _ => false,
    }
}

/// Removes what `doomed` names, what belongs to one hop, and what the sender nominated in `Connection`.
pub fn strip(headers: &mut HeaderMap, doomed: impl Fn(&HeaderName) -> bool) {
    let mut names: Vec<HeaderName> = Vec::new();
    for name in headers.keys() {
        if is_hop_by_hop_name(name.as_str().as_bytes()) || doomed(name) {
            names.push(name.clone());
        }
    }
    if headers.contains_key(header::CONNECTION) {
        for value in headers.get_all(header::CONNECTION) {
            let tokens = value
                .as_bytes()
                .split(|byte| *byte == b',')
                .map(<[u8]>::trim_ascii);
            names.extend(tokens.filter_map(|token| HeaderName::from_bytes(token).ok()));
        }
    }
    for name in names {
        headers.remove(name);
    }
}

/// Masks every occurrence of a secret in header values.
pub(crate) fn scrub(headers: &mut HeaderMap, needles: &Needles) {
    for value in headers.values_mut() {
        let mut masked: Option<BytesMut> = None;
        needles.find_all(value.as_bytes(), |place| {
            masked.get_or_insert_with(|| BytesMut::from(value.as_bytes()))[place].fill(b'*');
        });
        if let Some(masked) = masked {
            // A mask of printable bytes over a valid value is a valid value.
            *value = HeaderValue::from_maybe_shared(masked.freeze())
                .unwrap_or_else(|_| HeaderValue::from_static("*"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nominated_and_one_hop_headers_go() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("connection", "x-second,,bad name"),
            ("keep-alive", "timeout=5"),
            ("x-private", "1"),
            ("x-second", "2"),
            ("te", "trailers"),
            ("x-kept", "3"),
            ("x-doomed", "4"),
            ("x-doomed", "5"),
        ] {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        strip(&mut headers, |name| name == "x-doomed");
        assert_eq!(headers.keys().collect::<Vec<_>>(), ["x-kept"]);
    }
}
