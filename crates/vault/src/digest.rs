//! A key under which the same content is recognised again without being kept: whoever reads the digests learns nothing of it, not even by
//! guessing.

use zeroize::Zeroizing;

use crate::mac::tag;
use crate::random;

pub struct DigestKey(Zeroizing<[u8; 32]>);

impl DigestKey {
    pub fn create() -> DigestKey {
        DigestKey(Zeroizing::new(random()))
    }

    /// `None`: these are no bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<DigestKey> {
        let bytes: [u8; 32] = bytes.try_into().ok()?;
        Some(DigestKey(Zeroizing::new(bytes)))
    }

    /// What is to be sealed and kept.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `label` keeps digests of different kinds apart; parts are told apart by their lengths.
    pub fn digest(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.0, label, parts)
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_depend_on_key_label_and_every_part() {
        let key = DigestKey::from_bytes(&[7; 32]).expect("a key");
        let own = key.digest("a", &[b"one", b"two"]);
        assert_eq!(
            own,
            DigestKey::from_bytes(key.bytes())
                .expect("a key")
                .digest("a", &[b"one", b"two"])
        );
        for other in [
            key.digest("b", &[b"one", b"two"]),
            key.digest("a", &[b"onet", b"wo"]),
            key.digest("a", &[b"one"]),
            DigestKey::create().digest("a", &[b"one", b"two"]),
        ] {
            assert_ne!(own, other);
        }
        assert!(DigestKey::from_bytes(b"short").is_none());
    }
}
