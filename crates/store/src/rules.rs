//! Automation rules of an account, in the order in which they were made: that is also the order in which they are carried out.

mod inbound;
mod receipt;

pub use inbound::{
    InboundRule, InboundRulePage, NewInboundRule, create_inbound, delete_inbound, get_inbound,
    inbound_page, update_inbound,
};
pub(crate) use inbound::{any_inbound, enabled_inbound};
pub(crate) use receipt::all_receipt;
pub use receipt::{
    NewReceiptRule, ReceiptRule, ReceiptRulePage, create_receipt, delete_receipt, get_receipt,
    receipt_page, update_receipt,
};

/// Rules of one kind that an account may have: each of them is looked at for every text or receipt.
pub const RULES_MAX: i64 = 100;
