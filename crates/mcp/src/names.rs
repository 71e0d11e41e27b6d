//! Under which names this server may be asked. A page of a stranger's that makes its own name lead here (DNS rebinding) is known by that
//! name, and by the `Origin` that browsers send along.
//!
//! Rule: MCP 2025-11-25, transports, "Security Warning": servers MUST check `Origin` and answer 403.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::{Authority, Uri};

/// The server's own names, in lower case, without ports.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<String>);

/// Which header names a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strange {
    Host,
    Origin,
}

impl Names {
    /// Of URLs and bare names; what is neither is left out.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let name = |text: &str| {
            let uri: Uri = text.parse().ok()?;
            Some(uri.host()?.to_ascii_lowercase())
        };
        Self(texts.into_iter().filter_map(name).collect())
    }

    /// Addresses are nobody's names, so they may be asked for; a name has to be ours. `authority` is HTTP/2's `Host`.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        authority: Option<&Authority>,
    ) -> Result<(), Strange> {
        let host = match headers.get(HOST) {
            Some(host) => host
                .to_str()
                .ok()
                .and_then(|host| host.parse::<Authority>().ok())
                .ok_or(Strange::Host)?,
            // HTTP/1.0 may go without; then there is no name to be mistaken about.
            None => match authority {
                Some(authority) => authority.clone(),
                None => return self.check_origin(headers),
            },
        };
        let host = host.host();
        if !is_address(host) && !self.is_ours(host) {
            return Err(Strange::Host);
        }
        self.check_origin(headers)
    }

    /// Pages on this machine (an inspector, a local client) may ask; pages from elsewhere only if they are our own.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Strange> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let (origin, another) = (origins.next(), origins.next());
        let Some(origin) = origin else {
            return Ok(());
        };
        let uri: Option<Uri> = origin.to_str().ok().and_then(|text| text.parse().ok());
        let host = uri.as_ref().and_then(Uri::host);
        match host {
            Some(host) if another.is_none() && (self.is_ours(host) || is_here(host)) => Ok(()),
            _ => Err(Strange::Origin),
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case("localhost")
            || self.0.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_address(host: &str) -> bool {
    address(host).is_some()
}

fn is_here(host: &str) -> bool {
    address(host).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: &str) -> Result<(), Strange> {
        let names = Names::of([
            "https://texts.example.org:8443",
            "gateway.test",
            "http://10.0.0.7:1",
        ]);
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().expect("a value"));
            }
        }
        names.check(&headers, None)
    }

    #[test]
    fn names_that_are_not_ours_are_strange() {
        for host in [
            "",
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "192.168.1.7",
            "TEXTS.example.org",
            "gateway.test:1",
        ] {
            assert_eq!(check(host, ""), Ok(()), "{host}");
        }
        for host in [
            "evil.test",
            "evil.test:8080",
            "localhost.evil.test",
            "texts.example.org.evil.test",
            "a b",
        ] {
            assert_eq!(check(host, ""), Err(Strange::Host), "{host}");
        }
    }

    #[test]
    fn pages_from_elsewhere_are_strange() {
        for origin in [
            "http://localhost:6274",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "https://texts.example.org:8443",
            "http://10.0.0.7:1",
        ] {
            assert_eq!(check("localhost", origin), Ok(()), "{origin}");
        }
        for origin in [
            "http://evil.test",
            "https://localhost.evil.test",
            "null",
            "http://192.168.1.9",
            "*",
        ] {
            assert_eq!(check("localhost", origin), Err(Strange::Origin), "{origin}");
        }
    }
}
