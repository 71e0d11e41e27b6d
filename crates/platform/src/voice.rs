//! Everything under `/v3/voice`, one file an operation.

mod cancel;
mod cancel_all;
mod history;
mod judge;
mod lang;
mod price;
mod receipt;
mod receipts;
mod rows;
mod send;

pub(crate) use cancel::cancel;
pub(crate) use cancel_all::cancel_all;
pub(crate) use history::history;
pub(crate) use lang::lang;
pub(crate) use price::price;
pub(crate) use receipt::receipt;
pub(crate) use receipts::receipts;
pub(crate) use rows::receipt as receipt_row;
pub(crate) use send::send;
