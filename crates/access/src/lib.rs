//! Who is calling and what they may touch: the in-memory directory of keys and connections, the role table, the rate
//! limiter.
//!
//! Requests only read: one atomic load of a snapshot, a keyed hash, a look-up. Whoever changes keys or connections in the
//! store calls [`Directory::refresh`] afterwards.

mod cidr;
mod connection;
mod credential;
mod denied;
mod directory;
mod hearing;
mod id;
mod key;
mod limiter;
mod mint;
mod operators;
mod peppers;
mod permit;
mod plan;
mod presented;
pub mod role;
mod scope;
mod snapshot;
mod usage;

pub use cidr::{Cidr, InvalidCidr};
pub use connection::{Connection, NoConnection, Upstream};
pub use credential::{open_credential, rewrap_credential, seal_credential};
pub use denied::Denied;
pub use directory::{Directory, LoadError};
pub use hearing::{Hook, hook_hash, open_wish_key, seal_wish_key};
pub use id::time_ordered;
pub use key::{Caller, Key};
pub use limiter::{Limits, Rate, Throttled};
pub use mint::{KeyDraft, Minted, MintedSecret};
pub use operators::{
    Acting, Attempts, AttemptsPerWindow, IDLE_SECONDS, InConsole, LINK_SECONDS, Operators,
    PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, SESSION_PREFIX, SESSION_SECONDS, SignInError, SignedIn,
    TooMany, Visitor, operator_entry, operator_name,
};
pub use peppers::{open_peppers, rewrap_pepper, seal_pepper};
pub use permit::Refused;
pub use presented::{Peer, Presented, RequestId, presented_key};
pub use scope::{InvalidRule, Rule, Scope, ScopeColumns};
