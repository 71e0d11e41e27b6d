//! The sealed form of one secret: a random data key encrypts it, a KEK of the ring wraps the data key.
//!
//! ```text
//! format 1 | kek id 8 | wrap nonce 24 | wrapped data key 32+16 | nonce 24 | ciphertext n+16
//! ```
//! Both layers are XChaCha20-Poly1305 and both authenticate the header and the [`Aad`], so neither half can be
//! moved to another row. Re-wrapping replaces the first half only.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, AeadInOut as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, Tag, XChaCha20Poly1305, XNonce};
use secrecy::SecretSlice;
use zeroize::Zeroizing;

use crate::kek::{Kek, KekId};
use crate::random::random;

const FORMAT: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 24;
const TAG: usize = 16;
const WRAPPED: usize = 32 + TAG;
const BODY_AT: usize = 1 + ID + NONCE + WRAPPED;
const SEALED_BYTES_MIN: usize = BODY_AT + NONCE + TAG;

/// Where a secret belongs. It is not stored with the secret: whoever opens it must say it again.
#[derive(Clone, Copy, Debug)]
pub struct Aad<'a> {
    pub tenant: i64,
    /// What owns the secret, with its kind: `connection:…`, `account:…`, `pepper:…`.
    pub owner: &'a str,
    pub field: &'a str,
}

impl Aad<'_> {
    /// `layer` keeps the two ciphertexts of one value apart.
    fn bytes(&self, layer: u8, header: &[u8]) -> Vec<u8> {
        let mut bytes = b"postern/seal".to_vec();
        bytes.push(layer);
        for part in [
            header,
            &self.tenant.to_be_bytes(),
            self.owner.as_bytes(),
            self.field.as_bytes(),
        ] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

const WRAP_LAYER: u8 = 1;
const DATA_LAYER: u8 = 2;

/// Ciphertext that describes itself. Safe to store; its length tells the secret's length.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not a sealed value at all: too short, or of a format that this version does not know.
    #[error("the stored value is not in the sealed format")]
    Malformed,
    /// The ring was replaced, or the key was retired too early.
    #[error("the value is sealed under vault key {0}, which is not in the key ring")]
    UnknownKek(KekId),
    /// The key fits but the value was altered, or belongs to another tenant, owner or field.
    #[error("the sealed value was altered or belongs to another row")]
    Refused,
}

/// The KEK a sealed value needs.
pub(crate) fn kek_id(sealed: &[u8]) -> Result<KekId, OpenError> {
    if sealed.len() < SEALED_BYTES_MIN || sealed[0] != FORMAT {
        return Err(OpenError::Malformed);
    }
    let mut id = [0; ID];
    id.copy_from_slice(&sealed[1..=ID]);
    Ok(KekId(id))
}

pub(crate) fn seal(kek: &Kek, aad: &Aad<'_>, secret: &[u8]) -> Sealed {
    let data_key = Zeroizing::new(random::<32>());
    let mut sealed = Vec::with_capacity(SEALED_BYTES_MIN + secret.len());
    push_wrapped(&mut sealed, kek, aad, &data_key);
    let body_aad = aad.bytes(DATA_LAYER, &[FORMAT]);
    push_encrypted(&mut sealed, &data_key, &body_aad, secret);
    Sealed(sealed)
}

pub(crate) fn open(kek: &Kek, aad: &Aad<'_>, sealed: &[u8]) -> Result<SecretSlice<u8>, OpenError> {
    let data_key = unwrap_key(kek, aad, sealed)?;
    let body_aad = aad.bytes(DATA_LAYER, &[FORMAT]);
    let mut secret = decrypt(&data_key, &body_aad, &sealed[BODY_AT..])?;
    Ok(SecretSlice::from(std::mem::take(&mut *secret)))
}

/// The same body under another KEK. The body is opened once, so that a damaged value is not carried along silently.
pub(crate) fn rewrap(
    from: &Kek,
    to: &Kek,
    aad: &Aad<'_>,
    sealed: &[u8],
) -> Result<Sealed, OpenError> {
    open(from, aad, sealed)?;
    let data_key = unwrap_key(from, aad, sealed)?;
    let mut moved = Vec::with_capacity(sealed.len());
    push_wrapped(&mut moved, to, aad, &data_key);
    moved.extend_from_slice(&sealed[BODY_AT..]);
    Ok(Sealed(moved))
}

fn push_wrapped(out: &mut Vec<u8>, kek: &Kek, aad: &Aad<'_>, data_key: &[u8; 32]) {
    let header = header(kek.id());
    out.extend_from_slice(&header);
    push_encrypted(
        out,
        &kek.wrapping_key().0,
        &aad.bytes(WRAP_LAYER, &header),
        data_key,
    );
}

fn unwrap_key(kek: &Kek, aad: &Aad<'_>, sealed: &[u8]) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    let header = header(kek.id());
    if kek_id(sealed)? != kek.id() {
        return Err(OpenError::Refused);
    }
    let plain = decrypt(
        &kek.wrapping_key().0,
        &aad.bytes(WRAP_LAYER, &header),
        &sealed[header.len()..BODY_AT],
    )?;
    let mut data_key = Zeroizing::new([0; 32]);
    data_key.copy_from_slice(&plain);
    Ok(data_key)
}

fn header(id: KekId) -> [u8; 1 + ID] {
    let mut header = [FORMAT; 1 + ID];
    header[1..].copy_from_slice(&id.0);
    header
}

fn push_encrypted(out: &mut Vec<u8>, key: &[u8; 32], aad: &[u8], plain: &[u8]) {
    let nonce = random::<NONCE>();
    let ciphertext = cipher(key)
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .expect("XChaCha20-Poly1305 fails only beyond 256 GiB");
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&ciphertext);
}

/// Decrypts in a buffer of exactly the plain length, so that no allocator keeps a copy of the secret behind.
fn decrypt(key: &[u8; 32], aad: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (nonce, rest) = bytes.split_at_checked(NONCE).ok_or(OpenError::Malformed)?;
    let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(OpenError::Malformed)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| OpenError::Malformed)?;
    let mut plain = Zeroizing::new(text.to_vec());
    cipher(key)
        .decrypt_inout_detached(&nonce, aad, plain.as_mut_slice().into(), &Tag::from(*tag))
        .map_err(|_| OpenError::Refused)?;
    Ok(plain)
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}
