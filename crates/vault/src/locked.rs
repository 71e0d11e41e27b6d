//! The second way to hold a ring: its text, encrypted under a key that Argon2id derives from a passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::random::random;
use crate::ring::{KeyRing, RingError};

pub(crate) const HEADING: &str = "postern-vault-ring-locked 1";
/// Shorter passphrases are refused: the file is exposed to guessing offline.
const PASSPHRASE_CHARS_MIN: usize = 12;
const MEMORY_KIB_MAX: u32 = 4 * 1024 * 1024;
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 64;

/// What one guess costs an attacker, and one start costs us. It is stored with the ring and authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassphraseCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl PassphraseCost {
    /// About a quarter of a second and 64 MiB.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockedError {
    #[error("not a locked Postern vault key ring")]
    NotLocked,
    #[error("the passphrase must have at least {PASSPHRASE_CHARS_MIN} characters")]
    WeakPassphrase,
    #[error("the passphrase cost is out of range")]
    Cost,
    /// The two cannot be told apart.
    #[error("wrong passphrase, or the locked key ring was altered")]
    WrongPassphrase,
    #[error(transparent)]
    Ring(#[from] RingError),
}

impl KeyRing {
    /// Three lines of text that only the passphrase opens.
    pub fn lock(
        &self,
        passphrase: &SecretString,
        cost: PassphraseCost,
    ) -> Result<String, LockedError> {
        if passphrase.expose_secret().chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(LockedError::WeakPassphrase);
        }
        let salt = random::<16>();
        let nonce = random::<24>();
        let header = format!(
            "{HEADING}\nargon2id {} {} {} {}\n",
            cost.memory_kib,
            cost.passes,
            cost.lanes,
            URL_SAFE_NO_PAD.encode(salt)
        );
        let ring = self.to_secret_string();
        let payload = Payload {
            msg: ring.expose_secret().as_bytes(),
            aad: header.as_bytes(),
        };
        let ciphertext = cipher(passphrase, &salt, cost)?
            .encrypt(&XNonce::from(nonce), payload)
            .expect("XChaCha20-Poly1305 fails only beyond 256 GiB");
        Ok(format!(
            "{header}{}\n",
            URL_SAFE_NO_PAD.encode([&nonce[..], &ciphertext].concat())
        ))
    }

    /// Slow on purpose: run it where blocking is allowed.
    pub fn unlock(text: &str, passphrase: &SecretString) -> Result<Self, LockedError> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        if lines.next() != Some(HEADING) {
            return Err(LockedError::NotLocked);
        }
        let (cost_line, body) = lines
            .next()
            .zip(lines.next())
            .ok_or(LockedError::NotLocked)?;
        let (cost, salt) = parse_cost(cost_line).ok_or(LockedError::NotLocked)?;
        let body = URL_SAFE_NO_PAD
            .decode(body)
            .map_err(|_| LockedError::NotLocked)?;
        let (nonce, msg) = body
            .split_first_chunk::<24>()
            .ok_or(LockedError::NotLocked)?;
        let aad = format!("{HEADING}\n{cost_line}\n");
        let plain = cipher(passphrase, &salt, cost)?
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg,
                    aad: aad.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| LockedError::WrongPassphrase)?;
        let ring = std::str::from_utf8(&plain).map_err(|_| LockedError::WrongPassphrase)?;
        Ok(Self::parse(&SecretString::from(ring))?)
    }

    /// Whether the text needs [`KeyRing::unlock`] rather than [`KeyRing::parse`].
    pub fn is_locked(text: &str) -> bool {
        text.lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            == Some(HEADING)
    }
}

fn parse_cost(line: &str) -> Option<(PassphraseCost, [u8; 16])> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let &["argon2id", memory_kib, passes, lanes, salt] = words.as_slice() else {
        return None;
    };
    let cost = PassphraseCost {
        memory_kib: memory_kib.parse().ok()?,
        passes: passes.parse().ok()?,
        lanes: lanes.parse().ok()?,
    };
    Some((cost, URL_SAFE_NO_PAD.decode(salt).ok()?.try_into().ok()?))
}

fn cipher(
    passphrase: &SecretString,
    salt: &[u8],
    cost: PassphraseCost,
) -> Result<XChaCha20Poly1305, LockedError> {
    if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX || cost.lanes > LANES_MAX {
        return Err(LockedError::Cost);
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .map_err(|_| LockedError::Cost)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, &mut *key)
        .map_err(|_| LockedError::Cost)?;
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}
