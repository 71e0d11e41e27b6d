//! Everything under `/v3/sms`: what is asked, and the four shapes of a message in answers.

mod cancel;
mod history;
mod price;
mod receipt;
mod request;
mod send;

pub use cancel::{CancelAllRequest, Cancelled};
pub use history::HistoryRow;
pub use price::{Priced, PricedSms};
pub use receipt::Receipt;
pub use request::{Message, SendRequest, SenderChoice};
pub use send::{AcceptedSms, RefusedSms, SendRow, Sent, TotalPrice};
