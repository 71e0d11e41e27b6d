//! Where a request says which key it presents, and what listeners tell about a request.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

/// Put into a request's extensions by the listener: the address the request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Put into a request's extensions by the listener: the id under which the request is logged and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// The text of a presented key. Has no `Debug`.
pub enum Presented<'a> {
    Bearer(&'a str),
    /// The password of Basic authentication, as unmodified SDKs send it. The user name is ignored.
    Basic(Zeroizing<Vec<u8>>, usize),
}

/// The key that the headers present. `None` if there is no `Authorization`, or one that is not clear: several, another
/// scheme, not text.
pub fn presented_key(headers: &HeaderMap) -> Option<Presented<'_>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, credential) = value.to_str().ok()?.split_once(' ')?;
    let credential = credential.trim_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Presented::Bearer(credential));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(credential).ok()?);
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    std::str::from_utf8(&decoded[colon + 1..]).ok()?;
    Some(Presented::Basic(decoded, colon + 1))
}

impl Deref for Presented<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Bearer(text) => text,
            Self::Basic(decoded, start) => {
                std::str::from_utf8(&decoded[*start..]).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn presented(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                AUTHORIZATION,
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        presented_key(&headers).map(|presented| presented.to_owned())
    }

    #[test]
    fn one_clear_header_presents_a_key() {
        for (values, expected) in [
            (&["Bearer abc"][..], Some("abc")),
            (&["bearer  abc "], Some("abc")),
            (&["BEARER abc"], Some("abc")),
            (&["Basic dXNlcjphYmM="], Some("abc")),
            (&["Basic dXNlcjphOmI="], Some("a:b")),
            (&["Basic OmFiYw=="], Some("abc")),
            (&[], None),
            (&["abc"], None),
            (&["Bearer"], None),
            (&["Digest abc"], None),
            (&["Basic dXNlcg=="], None),
            (&["Basic !"], None),
            (&["Basic Ov8="], None),
            (&["Bearer ä"], None),
            (&["Bearer abc", "Bearer abc"], None),
        ] {
            assert_eq!(presented(values).as_deref(), expected, "{values:?}");
        }
    }
}
