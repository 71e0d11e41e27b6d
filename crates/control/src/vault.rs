//! `/vault/…`: replacing the keys that protect everything else, while calls go on.

mod pepper;
mod ring;

pub(crate) use pepper::rotate_pepper;
pub(crate) use ring::rotate_ring;
