//! The vault: a ring in memory that seals, opens, re-wraps and authenticates.

use std::sync::{Arc, PoisonError, RwLock};

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use zeroize::Zeroizing;

use crate::kek::KekId;
use crate::mac;
use crate::random::same;
use crate::ring::{KeyRing, RingError};
use crate::sealed::{self, Aad, OpenError, Sealed};

/// Cheap to clone; all clones see a rotation at once. Not on the path of a request: prepared credentials are.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<RwLock<Arc<KeyRing>>>,
}

impl Vault {
    pub fn open(ring: KeyRing) -> Self {
        Self {
            ring: Arc::new(RwLock::new(Arc::new(ring))),
        }
    }

    /// The ring in use.
    pub fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn seal(&self, aad: &Aad<'_>, secret: &[u8]) -> Sealed {
        sealed::seal(self.ring().newest_kek(), aad, secret)
    }

    pub fn open_sealed(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<SecretSlice<u8>, OpenError> {
        let ring = self.ring();
        let id = sealed::kek_id(sealed)?;
        sealed::open(ring.kek(id).ok_or(OpenError::UnknownKek(id))?, aad, sealed)
    }

    /// For secrets that were text when they were sealed; other bytes are [`OpenError::Malformed`].
    pub fn open_text(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<SecretString, OpenError> {
        let bytes = self.open_sealed(aad, sealed)?;
        std::str::from_utf8(bytes.expose_secret())
            .map(SecretString::from)
            .map_err(|_| OpenError::Malformed)
    }

    /// The same secret under the newest key, or `None` when it is there already.
    pub fn rewrap(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<Option<Sealed>, OpenError> {
        let ring = self.ring();
        let id = sealed::kek_id(sealed)?;
        if id == ring.newest() {
            return Ok(None);
        }
        let from = ring.kek(id).ok_or(OpenError::UnknownKek(id))?;
        sealed::rewrap(from, ring.newest_kek(), aad, sealed).map(Some)
    }

    /// A candidate ring with a new newest key. Nothing is sealed under that key before [`Vault::install`],
    /// because a secret sealed under a key that no disk holds yet would not survive a crash:
    /// write the candidate durably first.
    pub fn rotate(&self) -> KeyRing {
        self.ring().with_new_key()
    }

    /// A candidate ring without an old key; to be installed when nothing is sealed under that key any more.
    pub fn retire(&self, id: KekId) -> Result<KeyRing, RingError> {
        self.ring().without(id)
    }

    /// Starts using a ring that is already kept somewhere durable.
    pub fn install(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Authenticates `parts` for the purpose `label`: for tokens that are derived instead of stored.
    pub fn mac(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac::tag(&self.ring().newest_kek().mac_key().0, label, parts)
    }

    /// Whether `tag` was made by [`Vault::mac`] under any key of the ring, so that tokens survive a rotation.
    pub fn verify_mac(&self, label: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        let ring = self.ring();
        let mut found = false;
        for kek in ring.keks() {
            let expected = Zeroizing::new(mac::tag(&kek.mac_key().0, label, parts));
            found |= same(&*expected, tag);
        }
        found
    }
}
