//! Where an upstream lives: one parsed authority that drives matching, injection and dialling alike.

use http::{HeaderValue, Uri};

use crate::path::normal_path;

/// Plain or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

/// Scheme, host, port and base path of an upstream. Host in lower case, without brackets or trailing dot.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Of everything below, computed once: pools look origins up for every call.
    digest: u64,
    scheme: Scheme,
    host: String,
    port: u16,
    base_path: String,
    authority: HeaderValue,
}

/// Why a URL cannot be an upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    #[error("is not a URL")]
    Unparsable,
    #[error("must start with http:// or https://")]
    Scheme,
    #[error("has no host")]
    Host,
    #[error("must not hold a user name or password")]
    UserInfo,
    #[error("must not hold a query or fragment")]
    Query,
    #[error("holds an ambiguous path")]
    Path,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        // The authority follows from the rest.
        self.digest == other.digest
            && self.port == other.port
            && self.scheme == other.scheme
            && self.host == other.host
            && self.base_path == other.base_path
    }
}

impl Eq for Origin {}

impl std::hash::Hash for Origin {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

/// FNV-1a. Nobody but an operator chooses origins, so nobody can aim at collisions.
fn digest(parts: &[&[u8]]) -> u64 {
    parts
        .concat()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
            (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

impl Origin {
    /// Reads `https://host[:port][/base/path]`. Anything that two parsers could read differently is refused.
    pub fn parse(url: &str) -> Result<Self, InvalidOrigin> {
        if url.contains(['#', '?']) {
            return Err(InvalidOrigin::Query);
        }
        let uri: Uri = url.parse().map_err(|_| InvalidOrigin::Unparsable)?;
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            _ => return Err(InvalidOrigin::Scheme),
        };
        let authority = uri.authority().ok_or(InvalidOrigin::Host)?;
        if authority.as_str().contains('@') {
            return Err(InvalidOrigin::UserInfo);
        }
        let bracketed = authority.host().to_ascii_lowercase();
        let host = bracketed
            .trim_start_matches('[')
            .trim_end_matches(']')
            .trim_end_matches('.')
            .to_owned();
        if host.is_empty()
            || !host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte))
        {
            return Err(InvalidOrigin::Host);
        }
        let default_port = match scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        // `host:` and `host:99999` parse as an authority but have no usable port.
        let after_host = &authority.as_str()[authority.host().len()..];
        let port = match (after_host, authority.port_u16()) {
            ("", _) => default_port,
            (_, Some(port)) if port != 0 => port,
            _ => return Err(InvalidOrigin::Host),
        };
        let base_path = match uri.path() {
            "" | "/" => String::new(),
            path => normal_path(path)
                .map_err(|_| InvalidOrigin::Path)?
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
        };
        let shown = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.clone()
        };
        let authority = if port == default_port {
            shown
        } else {
            format!("{shown}:{port}")
        };
        let authority = HeaderValue::from_str(&authority).map_err(|_| InvalidOrigin::Host)?;
        let digest = digest(&[
            &[scheme as u8],
            host.as_bytes(),
            &port.to_be_bytes(),
            base_path.as_bytes(),
        ]);
        Ok(Self {
            digest,
            scheme,
            host,
            port,
            base_path,
            authority,
        })
    }

    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host name or literal address to resolve, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What precedes every path sent there; empty or `/like/this`, never with a trailing slash.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The `Host` header: the host, with the port if it is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &HeaderValue {
        &self.authority
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let authority = self.authority.to_str().unwrap_or_default();
        write!(f, "{scheme}://{authority}{}", self.base_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_clear() {
        for (url, host, port, base, shown) in [
            (
                "https://rest.clicksend.com",
                "rest.clicksend.com",
                443,
                "",
                "https://rest.clicksend.com",
            ),
            (
                "HTTP://Example.COM:80/",
                "example.com",
                80,
                "",
                "http://example.com",
            ),
            (
                "https://a.b:8443/x/y/",
                "a.b",
                8443,
                "/x/y",
                "https://a.b:8443/x/y",
            ),
            ("http://[::1]:9000", "::1", 9000, "", "http://[::1]:9000"),
            ("https://a.b.", "a.b", 443, "", "https://a.b"),
        ] {
            let origin = Origin::parse(url).expect(url);
            assert_eq!(
                (origin.host(), origin.port(), origin.base_path()),
                (host, port, base),
                "{url}"
            );
            assert_eq!(origin.to_string(), shown);
        }
    }

    #[test]
    fn refuses_what_two_parsers_could_read_differently() {
        for (url, why) in [
            ("", InvalidOrigin::Unparsable),
            ("rest.clicksend.com", InvalidOrigin::Scheme),
            ("ftp://a", InvalidOrigin::Scheme),
            ("https://allowed:x@evil", InvalidOrigin::UserInfo),
            ("https://user@evil", InvalidOrigin::UserInfo),
            ("https://a/?x=1", InvalidOrigin::Query),
            ("https://a/#x", InvalidOrigin::Query),
            ("https://a/x/../y", InvalidOrigin::Path),
            ("https://a//y", InvalidOrigin::Path),
            ("https://a:0", InvalidOrigin::Host),
            ("https://a:", InvalidOrigin::Host),
        ] {
            assert_eq!(Origin::parse(url).unwrap_err(), why, "{url}");
        }
    }
}
