//! The vault through its public face: vectors made by another implementation, swapped rows, rotation, lost keys.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod peppers;
mod ring;
mod sealing;
mod tokens;

use postern_vault::{KeyRing, Vault};
use secrecy::SecretString;

/// A ring whose one key is the bytes 0 to 31.
const KNOWN_RING: &str =
    "postern-vault-ring 1\n1 1cd7855d6d49f380 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";

fn known_vault() -> Vault {
    Vault::open(KeyRing::parse(&SecretString::from(KNOWN_RING)).unwrap())
}
