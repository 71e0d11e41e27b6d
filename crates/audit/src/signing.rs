//! Ed25519 over heads. What is signed says what it is: a checkpoint cannot pose as the end of an export.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::{Deserialize, Serialize};

use crate::chain::Head;

/// What a signature is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The chain had this head at this time.
    Checkpoint,
    /// An export that began behind link `from` ends here, with this many records.
    Export { from: i64, records: i64 },
}

/// Signs heads. Keep what [`SigningKey::to_secret`] gives sealed.
pub struct SigningKey(Ed25519KeyPair);

/// Checks heads. Written in base64, 44 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKey(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key")]
pub struct BadKey;

impl SigningKey {
    /// # Errors
    /// The system gives no randomness.
    pub fn generate() -> Result<SigningKey, BadKey> {
        Ed25519KeyPair::generate()
            .map(SigningKey)
            .map_err(|_| BadKey)
    }

    /// # Errors
    /// The bytes are not what [`SigningKey::to_secret`] gave.
    pub fn from_secret(secret: &SecretSlice<u8>) -> Result<SigningKey, BadKey> {
        Ed25519KeyPair::from_pkcs8(secret.expose_secret())
            .map(SigningKey)
            .map_err(|_| BadKey)
    }

    /// # Errors
    /// Never, in practice: the key is there.
    pub fn to_secret(&self) -> Result<SecretSlice<u8>, BadKey> {
        let document = self.0.to_pkcs8().map_err(|_| BadKey)?;
        Ok(document.as_ref().to_vec().into())
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(STANDARD.encode(self.0.public_key()))
    }

    /// `at` is in microseconds since 1970. The signature is in base64.
    pub fn sign(&self, what: Signed, chain: &str, head: Head, at: i64) -> String {
        STANDARD.encode(self.0.sign(&message(what, chain, head, at)))
    }
}

impl PublicKey {
    /// # Errors
    /// Not 32 bytes in base64.
    pub fn parse(text: &str) -> Result<PublicKey, BadKey> {
        let text = text.trim();
        match STANDARD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(PublicKey(text.to_owned())),
            _ => Err(BadKey),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn signed(&self, what: Signed, chain: &str, head: Head, at: i64, signature: &str) -> bool {
        let (Ok(key), Ok(signature)) = (STANDARD.decode(&self.0), STANDARD.decode(signature))
        else {
            return false;
        };
        UnparsedPublicKey::new(&ED25519, key)
            .verify(&message(what, chain, head, at), &signature)
            .is_ok()
    }
}

fn message(what: Signed, chain: &str, head: Head, at: i64) -> Vec<u8> {
    let mut message = Vec::with_capacity(128);
    match what {
        Signed::Checkpoint => message.extend_from_slice(b"postern-audit-checkpoint-1\0"),
        Signed::Export { from, records } => {
            message.extend_from_slice(b"postern-audit-export-1\0");
            message.extend_from_slice(&from.to_be_bytes());
            message.extend_from_slice(&records.to_be_bytes());
        }
    }
    message.extend_from_slice(&(chain.len() as u64).to_be_bytes());
    message.extend_from_slice(chain.as_bytes());
    message.extend_from_slice(&head.seq.to_be_bytes());
    message.extend_from_slice(&head.hash.0);
    message.extend_from_slice(&at.to_be_bytes());
    message
}
