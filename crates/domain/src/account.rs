//! Who owns a message, a key or a connection of the built-in platform.

/// Primary key of an account row; also `user_id` on the ClickSend surface.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// Proof that somebody in this process has already established who is calling. Travels in `http::Extensions` from the gateway to
/// the platform and can therefore not be forged from outside: no header becomes one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct ActingAccount(pub AccountId);
