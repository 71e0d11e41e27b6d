//! Everything under `/v3/voice`.

mod lang;
mod receipt;
mod request;
mod row;

pub use lang::{Genders, Lang};
pub use receipt::Receipt;
pub use request::{CallWishes, Message, SendRequest};
pub use row::Row;
