//! What texts, pictures and calls have in common on the command line.

pub mod cancel;
pub mod history;
pub mod price;
pub mod receipts;
pub mod send;
pub mod text;
