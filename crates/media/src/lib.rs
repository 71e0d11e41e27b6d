//! Pictures: what bytes are by their first bytes, whatever anybody calls them, and a form of them that carriers take. Pure: bytes in,
//! bytes out; the caller decides where the work is done and how much of it at a time.

mod fit;
mod kind;

pub use fit::{BYTES_MAX, Fitted, NoPicture, SOURCE_BYTES_MAX, fit};
pub use kind::Kind;
