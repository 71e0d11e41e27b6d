//! Everything under `/v3/mms`, one file an operation.

mod cancel;
mod cancel_all;
mod history;
pub(crate) mod judge;
pub(crate) mod pictures;
mod price;
mod receipt;
mod receipts;
pub(crate) mod rows;
mod send;

pub(crate) use cancel::cancel;
pub(crate) use cancel_all::cancel_all;
pub(crate) use history::history;
pub(crate) use judge::is_fetchable;
pub(crate) use price::price;
pub(crate) use receipt::receipt;
pub(crate) use receipts::receipts;
pub(crate) use send::send;
