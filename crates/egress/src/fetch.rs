//! Fetching a file from an address that a stranger wrote: without credentials, every hop of a redirect judged like the first, and bounded
//! in hops, time and size.

use std::time::Duration;

use bytes::BytesMut;
use http::header::LOCATION;
use http::{Request, Response, Uri};
use http_body_util::BodyExt as _;
use postern_apps::{InvalidOrigin, Origin};
use tokio::time::{Instant, timeout_at};

use crate::answer::Answer;
use crate::body::Body;
use crate::egress::{Egress, Treatment};
use crate::error::SendError;
use crate::upstream::Upstream;

/// Longest address that is followed.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// How far a fetch goes.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    pub redirects_max: usize,
    /// Everything together.
    pub within: Duration,
    pub bytes_max: usize,
}

/// Why there is no file. A sentence for whoever wrote the address; it says nothing about networks that they cannot see.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the address {0}")]
    Address(#[from] InvalidOrigin),
    #[error("the address is longer than {ADDRESS_BYTES_MAX} bytes")]
    TooLongAddress,
    #[error("{0}")]
    Send(#[from] SendError),
    #[error("it is redirected too often")]
    Redirects,
    #[error("the server answered {0}")]
    Status(u16),
    #[error("it took too long")]
    TimedOut,
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    #[error("it broke off")]
    Broken,
}

impl Egress {
    /// The whole file at `url`.
    pub async fn fetch(&self, url: &str, limits: FetchLimits) -> Result<Vec<u8>, FetchError> {
        let until = Instant::now() + limits.within;
        let response = self.fetch_head(url, limits, until).await?;
        let mut body = response.into_body();
        let mut bytes = BytesMut::new();
        let reading = async {
            while let Some(frame) = body.frame().await {
                let Ok(data) = frame.map_err(|_| FetchError::Broken)?.into_data() else {
                    continue;
                };
                if bytes.len() + data.len() > limits.bytes_max {
                    return Err(FetchError::TooLarge(limits.bytes_max));
                }
                bytes.extend_from_slice(&data);
            }
            Ok(())
        };
        timeout_at(until, reading)
            .await
            .map_err(|_| FetchError::TimedOut)??;
        Ok(bytes.into())
    }

    /// The file at `url` as a stream; `limits.within` ends with its first byte, `limits.bytes_max` is only checked against what is announced.
    pub async fn fetch_stream(&self, url: &str, limits: FetchLimits) -> Result<Answer, FetchError> {
        let until = Instant::now() + limits.within;
        let response = self.fetch_head(url, limits, until).await?;
        Ok(response.into_body())
    }

    async fn fetch_head(
        &self,
        url: &str,
        limits: FetchLimits,
        until: Instant,
    ) -> Result<Response<Answer>, FetchError> {
        // A pool of its own: this may run on any runtime, and strangers' servers are not worth a connection kept.
        let egress = self.sibling();
        let mut target = Target::parse(url)?;
        for _ in 0..=limits.redirects_max {
            let response = timeout_at(until, egress.get(&target))
                .await
                .map_err(|_| FetchError::TimedOut)??;
            let status = response.status();
            if status.is_redirection() {
                let location = response.headers().get(LOCATION);
                let location = location.and_then(|location| location.to_str().ok());
                target = target.redirected(location.ok_or(FetchError::Status(status.as_u16()))?)?;
                continue;
            }
            if status.as_u16() != 200 {
                return Err(FetchError::Status(status.as_u16()));
            }
            let announced = http_body::Body::size_hint(response.body()).lower();
            if usize::try_from(announced).is_ok_and(|bytes| bytes > limits.bytes_max) {
                return Err(FetchError::TooLarge(limits.bytes_max));
            }
            return Ok(response);
        }
        Err(FetchError::Redirects)
    }

    async fn get(&self, target: &Target) -> Result<Response<Answer>, FetchError> {
        let request = Request::get(target.path_and_query.as_str())
            .header("accept", "*/*")
            .header("user-agent", "postern")
            .body(Body::empty())
            .map_err(|_| InvalidOrigin::Unparsable)?;
        let upstream = Upstream::Http(target.origin.clone().into());
        Ok(self.send(request, &upstream, Treatment::default()).await?)
    }
}

/// An address, taken apart once.
#[derive(Clone, Debug, PartialEq)]
struct Target {
    origin: Origin,
    path_and_query: String,
}

impl Target {
    fn parse(url: &str) -> Result<Target, FetchError> {
        let url = url.split('#').next().unwrap_or_default();
        if url.len() > ADDRESS_BYTES_MAX {
            return Err(FetchError::TooLongAddress);
        }
        let uri: Uri = url.parse().map_err(|_| InvalidOrigin::Unparsable)?;
        let scheme = uri.scheme_str().ok_or(InvalidOrigin::Scheme)?;
        let authority = uri.authority().ok_or(InvalidOrigin::Host)?;
        let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Target {
            origin: Origin::parse(&format!("{scheme}://{authority}"))?,
            path_and_query: match path_and_query.starts_with('/') {
                true => path_and_query.to_owned(),
                false => format!("/{path_and_query}"),
            },
        })
    }

    /// Where `location` leads from here: a whole address, or a piece of one.
    fn redirected(&self, location: &str) -> Result<Target, FetchError> {
        let scheme = match self.origin.scheme() {
            postern_apps::Scheme::Http => "http",
            postern_apps::Scheme::Https => "https",
        };
        let authority = self.origin.authority().to_str().unwrap_or_default();
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if location.contains("://") {
            Target::parse(location)
        } else if location.starts_with("//") {
            Target::parse(&format!("{scheme}:{location}"))
        } else if location.starts_with('/') {
            Target::parse(&format!("{scheme}://{authority}{location}"))
        } else if location.starts_with('?') {
            Target::parse(&format!("{scheme}://{authority}{path}{location}"))
        } else {
            Target::parse(&format!("{scheme}://{authority}{folder}/{location}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FetchError, Target};

    fn shown(target: &Target) -> String {
        format!("{}{}", target.origin, target.path_and_query)
    }

    #[test]
    fn redirects_are_whole_addresses_or_pieces() {
        let from = Target::parse("https://example.com/a/b.jpg?x=1#part").unwrap();
        assert_eq!(shown(&from), "https://example.com/a/b.jpg?x=1");
        for (location, leads_to) in [
            ("http://other.test/c", "http://other.test/c"),
            ("//other.test:8443/c", "https://other.test:8443/c"),
            ("/c?y", "https://example.com/c?y"),
            ("c.jpg", "https://example.com/a/c.jpg"),
            ("?y", "https://example.com/a/b.jpg?y"),
        ] {
            assert_eq!(shown(&from.redirected(location).unwrap()), leads_to);
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in [
            "",
            "file:///etc/passwd",
            "gopher://example.com/",
            "http:///a",
            "http://user:secret@example.com/",
            "example.com/a.jpg",
            "http://exa mple.com/",
            &format!("http://example.com/{}", "a".repeat(3_000)),
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
        let from = Target::parse("http://example.com/a").unwrap();
        let scheme = from.redirected("file:///etc/passwd");
        assert!(matches!(scheme, Err(FetchError::Address(_))));
    }
}
