//! The names under which recipients and prefixes are counted: keyed hashes, so that counters hold nobody's number.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::scope::Scope;

/// With which the names are made.
#[derive(Clone)]
pub struct RecipientKey(pub [u8; 32]);

impl std::fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecipientKey")
    }
}

/// Bytes of the hash that are kept: among a thousand million names, two meet once in a thousand million installations.
const HASH_BYTES: usize = 12;

/// Names one kind of part of one holder of limits.
pub(crate) struct Namer(Hmac<Sha256>);

impl Namer {
    /// `kind`: `r` of recipients, `p` of prefixes.
    pub(crate) fn of(key: &RecipientKey, scope: &Scope, kind: u8) -> Namer {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
        mac.update(scope.to_string().as_bytes());
        // No scope holds a NUL.
        mac.update(&[0, kind]);
        Namer(mac)
    }

    /// Letters and digits.
    pub(crate) fn name(&self, part: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(part.as_bytes());
        let hash = mac.finalize().into_bytes();
        let mut name = String::with_capacity(HASH_BYTES * 2);
        for byte in &hash[..HASH_BYTES] {
            name.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
            name.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
        }
        name
    }
}
