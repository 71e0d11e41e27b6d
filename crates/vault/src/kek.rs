//! One key-encryption key (KEK) and the purposes derived from it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// Names a KEK without telling anything about it: the first 8 bytes of a MAC under the key itself.
/// An id can therefore never stand for two different keys, and a sealed value says exactly which key it needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId(pub [u8; 8]);

impl fmt::Display for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KekId({self})")
    }
}

/// The 256-bit key itself. It is never used directly: each purpose has a key of its own derived from it.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct Kek {
    #[zeroize(skip)]
    id: KekId,
    bytes: [u8; 32],
}

/// A derived key that wipes itself.
#[derive(ZeroizeOnDrop)]
pub(crate) struct DerivedKey(pub(crate) [u8; 32]);

impl Kek {
    pub(crate) fn new(mut bytes: [u8; 32]) -> Self {
        let tag = derive(&bytes, b"postern/kek/id");
        let mut id = [0; 8];
        id.copy_from_slice(&tag.0[..8]);
        let kek = Self {
            id: KekId(id),
            bytes,
        };
        bytes.zeroize();
        kek
    }

    pub(crate) fn id(&self) -> KekId {
        self.id
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Wraps data keys.
    pub(crate) fn wrapping_key(&self) -> DerivedKey {
        derive(&self.bytes, b"postern/kek/wrap")
    }

    /// Authenticates short-lived tokens (see [`crate::Vault::mac`]).
    pub(crate) fn mac_key(&self) -> DerivedKey {
        derive(&self.bytes, b"postern/kek/mac")
    }
}

fn derive(key: &[u8; 32], purpose: &[u8]) -> DerivedKey {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(purpose);
    DerivedKey(mac.finalize().into_bytes().into())
}
