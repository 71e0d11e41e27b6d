//! Seals and opens secrets under a versioned key ring; the form and keyed hash of API keys.
//!
//! This room does no IO, knows no clock and no database: bytes in, bytes out. Its caller decides where the
//! ring lies and when it is written. The sealed format is explained in `docs/decisions/2026-11-23-sealed-format.md`.
pub mod api_key;
mod digest;
mod kek;
mod locked;
mod mac;
mod password;
mod pepper;
mod random;
mod ring;
mod sealed;
mod vault;
pub mod webhook;

pub use digest::DigestKey;
pub use kek::KekId;
pub use locked::{LockedError, PassphraseCost};
pub use password::{hash_password, is_password, new_password, token_hash};
pub use pepper::{KeyedHash, Pepper, Peppers};
pub use random::{random, same, token};
pub use ring::{KeyRing, RingError};
pub use sealed::{Aad, OpenError, Sealed};
pub use vault::Vault;
