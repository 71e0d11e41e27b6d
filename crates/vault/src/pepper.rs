//! How API keys are known at rest: HMAC-SHA-256 under a secret pepper. Peppers have versions, so that they can be
//! replaced while old hashes still match.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;

use crate::random::random;

/// One pepper as it is stored (sealed) and loaded.
pub struct Pepper {
    pub version: i64,
    pub secret: SecretSlice<u8>,
}

impl Pepper {
    /// 256 new random bits.
    pub fn create(version: i64) -> Self {
        Self {
            version,
            secret: SecretSlice::from(random::<32>().to_vec()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyedHash {
    pub version: i64,
    pub hash: [u8; 32],
}

/// The peppers in force. The newest hashes new keys; older ones only recognise.
pub struct Peppers {
    /// Newest first, never empty. The state after the pepper was absorbed: hashing a key starts from a copy of it.
    primed: Vec<(i64, Hmac<Sha256>)>,
}

impl Peppers {
    /// `None` without any pepper.
    pub fn new(peppers: impl IntoIterator<Item = Pepper>) -> Option<Self> {
        let mut primed: Vec<_> = peppers
            .into_iter()
            .map(|pepper| (pepper.version, prime(&pepper)))
            .collect();
        primed.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        (!primed.is_empty()).then_some(Self { primed })
    }

    /// What a new key is stored as.
    pub fn hash_current(&self, key: &[u8]) -> KeyedHash {
        hash(&self.primed[0], key)
    }

    /// Everything the key may be stored as, newest first, each computed only when asked for.
    pub fn hash_all(&self, key: &[u8]) -> impl Iterator<Item = KeyedHash> {
        self.primed.iter().map(move |primed| hash(primed, key))
    }

    pub fn current_version(&self) -> i64 {
        self.primed[0].0
    }
}

fn prime(pepper: &Pepper) -> Hmac<Sha256> {
    Hmac::new_from_slice(pepper.secret.expose_secret()).expect("HMAC takes a key of any length")
}

fn hash((version, primed): &(i64, Hmac<Sha256>), key: &[u8]) -> KeyedHash {
    let mut mac = primed.clone();
    mac.update(key);
    KeyedHash {
        version: *version,
        hash: mac.finalize().into_bytes().into(),
    }
}
