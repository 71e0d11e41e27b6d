//! Why a presented key does not open anything. All of them are 401.

use postern_vault::api_key::Malformed;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Refused without a look-up; the text says what is wrong with it.
    #[error("{0}")]
    Malformed(Malformed),
    #[error("no such API key")]
    Unknown,
    #[error("the API key has expired, or was replaced by a rotation")]
    Expired,
    #[error("the API key was revoked")]
    Revoked,
    #[error("the API key may not be used from this address")]
    Address,
}
