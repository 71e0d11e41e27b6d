//! Contacts in CSV files: read from pieces of a file, written row by row. Spreadsheets must not run what a contact is called.

mod cell;
mod layout;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use cell::harmless;
pub(crate) use layout::{Layout, begin};
pub(crate) use read::{ROW_BYTES_MAX, Stretch, first_rows, read};
pub(crate) use write::{headings, rows};
