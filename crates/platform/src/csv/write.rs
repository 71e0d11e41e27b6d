//! Writing: one heading, one row a contact, lines as RFC 4180 wants them.

use bytes::Bytes;
use csv::{Terminator, Writer, WriterBuilder};
use postern_domain::contact::Field;
use postern_store::contacts::Contact;

use super::cell::harmless;

/// The names that an import takes.
pub(crate) fn headings() -> Bytes {
    let mut writer = writer();
    writer
        .write_record(Field::ALL.map(Field::import_name))
        .expect("memory takes every record");
    written(writer)
}

pub(crate) fn rows(contacts: &[Contact]) -> Bytes {
    let mut writer = writer();
    for contact in contacts {
        let cells = contact.fields.0.each_ref().map(|value| harmless(value));
        writer
            .write_record(cells.iter().map(|cell| cell.as_bytes()))
            .expect("memory takes every record");
    }
    written(writer)
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new())
}

fn written(writer: Writer<Vec<u8>>) -> Bytes {
    Bytes::from(writer.into_inner().expect("memory can always be flushed"))
}
