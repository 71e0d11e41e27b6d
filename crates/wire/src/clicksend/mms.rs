//! Everything under `/v3/mms`.

mod history;
mod receipt;
mod request;
mod row;

pub use history::{HistoryRow, MessageRow};
pub use receipt::Receipt;
pub use request::{Message, SendRequest};
pub use row::Row;
