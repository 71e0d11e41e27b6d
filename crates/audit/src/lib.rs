//! The record that a stranger can check. Facts are salted and hashed, hashes are chained, the chain's head is signed; an export and the
//! public key are all that verification needs. Pure: bytes in, bytes out. See the decision note of 2026-11-23 on the audit chain.
//!
//! What it proves: nobody changed, removed, inserted or reordered a record up to a signed head, not even whoever owns the database,
//! unless they own the signing key as well. What it does not: that a process told the truth when it wrote the record.

mod chain;
mod export;
mod fact;
mod signing;
mod verify;

pub use chain::{Hash, Head, Link, Part};
pub use export::{Begin, End, FORMAT, Line, Proven, Sealed};
pub use fact::{Fact, Salt, salt};
pub use signing::{BadKey, PublicKey, Signed, SigningKey};
pub use verify::{Bad, Fault, Summary, Verifier};
