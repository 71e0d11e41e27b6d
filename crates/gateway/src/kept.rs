//! An answer as a repeat gets it: status, the headers that say what the body is, and the body, byte for byte.

use bytes::Bytes;
use http::header::{
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use postern_egress::Answer;
use serde::{Deserialize, Serialize};

/// A longer answer is not kept; that the send took place is.
pub(crate) const KEPT_BYTES_MAX: usize = 1 << 20;

const KEPT_HEADERS: [HeaderName; 7] = [
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    ETAG,
    LAST_MODIFIED,
    LOCATION,
    RETRY_AFTER,
];
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What stands before the body where it is stored, on a line of its own.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Kept {
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Kept {
        let mut kept = HeaderMap::new();
        for name in &KEPT_HEADERS {
            for value in headers.get_all(name) {
                kept.append(name, value.clone());
            }
        }
        Kept {
            status,
            headers: kept,
            body,
        }
    }

    /// As it is sealed; `None`: it is too long to be kept.
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        if self.body.len() > KEPT_BYTES_MAX {
            return None;
        }
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = self.headers.iter();
        let head = Head {
            status: self.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
        };
        let mut bytes = serde_json::to_vec(&head).ok()?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        Some(bytes)
    }

    /// `None`: the bytes are no kept answer.
    pub(crate) fn from_bytes(mut bytes: Vec<u8>) -> Option<Kept> {
        let end = memchr::memchr(b'\n', &bytes)?;
        let body = bytes.split_off(end + 1);
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let mut headers = HeaderMap::new();
        for (name, value) in head.headers {
            headers.append(
                HeaderName::try_from(name).ok()?,
                HeaderValue::try_from(value).ok()?,
            );
        }
        Some(Kept {
            status: StatusCode::from_u16(head.status).ok()?,
            headers,
            body: body.into(),
        })
    }

    /// For a repeat.
    pub(crate) fn replay(&self) -> Response<Answer> {
        let mut response = Response::new(Answer::full(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        let headers = response.headers_mut();
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_byte_for_byte() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-own", HeaderValue::from_static("gone"));
        let kept = Kept::new(
            StatusCode::OK,
            &headers,
            Bytes::from_static(b"{\"a\":1}\n\xff"),
        );
        let read = Kept::from_bytes(kept.to_bytes().expect("short")).expect("readable");
        assert_eq!(
            (read.status, &read.body[..]),
            (StatusCode::OK, &b"{\"a\":1}\n\xff"[..])
        );
        let replayed = read.replay();
        assert_eq!(replayed.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(replayed.headers()["idempotency-replayed"], "true");
        assert!(!replayed.headers().contains_key("x-own"));
        let long = Kept::new(
            StatusCode::OK,
            &headers,
            Bytes::from(vec![0; KEPT_BYTES_MAX + 1]),
        );
        assert!(long.to_bytes().is_none());
        assert!(Kept::from_bytes(b"{}\n".to_vec()).is_none());
    }
}
