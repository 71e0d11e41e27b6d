//! Request ids: 16 hexadecimal digits of the thread's own, then 16 that count. Unique, cheap, and no secret.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The id of one request, in the text that `X-Request-Id` shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId([u8; 32]);

/// Where a thread takes its ids from.
pub(crate) struct RequestIds {
    prefix: [u8; 16],
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(random: [u8; 8]) -> Self {
        Self {
            prefix: hex(u64::from_be_bytes(random)),
            next: AtomicU64::new(1),
        }
    }

    pub(crate) fn next(&self) -> RequestId {
        let mut id = [0; 32];
        let (prefix, count) = id.split_at_mut(16);
        prefix.copy_from_slice(&self.prefix);
        count.copy_from_slice(&hex(self.next.fetch_add(1, Ordering::Relaxed)));
        RequestId(id)
    }
}

fn hex(number: u64) -> [u8; 16] {
    let mut out = [0; 16];
    for (index, digit) in out.iter_mut().enumerate() {
        *digit = DIGITS[(number >> (60 - 4 * index)) as usize & 15];
    }
    out
}

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up_behind_a_prefix() {
        let ids = RequestIds::new([0xab; 8]);
        assert_eq!(ids.next().as_str(), "abababababababab0000000000000001");
        assert_eq!(ids.next().as_str(), "abababababababab0000000000000002");
        assert_eq!(ids.next().header(), "abababababababab0000000000000003");
    }
}
