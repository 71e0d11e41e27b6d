//! Reading: a stretch of a file becomes contacts and bad rows. A row that the stretch may have cut in two is left to the next one, so a file
//! is read in bounded memory, and again from any row.

use csv::{ByteRecord, ReaderBuilder};
use postern_domain::contact::{Field, Fields};
use postern_store::list_jobs::{Chunk, Fault, STEP_CONTACTS_MAX};

use super::cell::as_meant;
use super::layout::{BOM, Layout};

/// A longer row is taken for one whose quote was never closed. Two pieces of a file always hold one of these.
pub(crate) const ROW_BYTES_MAX: usize = 64 * 1024;

const TOO_LONG: &str = "the row is longer than 64 KiB; is a quote not closed?";

/// A stretch of a file that begins with a row.
pub(crate) struct Stretch<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where it begins in the file.
    pub(crate) position: i64,
    /// Rows before it.
    pub(crate) rows_before: i64,
    /// It goes to the end of the file.
    pub(crate) to_end: bool,
}

/// At most a step's worth of rows.
pub(crate) fn read(stretch: &Stretch<'_>, layout: &Layout) -> Chunk {
    let mut chunk = Chunk::default();
    let skipped = match stretch.position == 0 && stretch.bytes.starts_with(BOM) {
        true => BOM.len(),
        false => 0,
    };
    let bytes = &stretch.bytes[skipped..];
    let mut reader = ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut end = 0;
    while chunk.rows_read < STEP_CONTACTS_MAX {
        let begin = end;
        let found = reader.read_byte_record(&mut record).unwrap_or(false);
        let stop = usize::try_from(reader.position().byte()).unwrap_or(bytes.len());
        let cut = stop >= bytes.len() && !stretch.to_end;
        let too_long = found && stop - begin > ROW_BYTES_MAX;
        if !too_long && (!found || cut) {
            // Nothing is left, or nothing that is whole. Blank lines at the end are no rows.
            chunk.finished = !found && stretch.to_end;
            end = if chunk.finished { bytes.len() } else { begin };
            break;
        }
        chunk.rows_read += 1;
        let row = stretch.rows_before + chunk.rows_read;
        if too_long {
            // Only its first line is given up; what follows is read anew.
            end = begin + first_line(&bytes[begin..]);
            chunk.faults.push(fault(row, TOO_LONG));
            break;
        }
        end = stop;
        match contact(&record, layout) {
            Ok(_) if row == 1 && is_heading(&record, layout) => {}
            Ok(Some(fields)) => chunk.contacts.push(fields),
            Ok(None) => {}
            Err(_) if row == 1 && is_heading(&record, layout) => {}
            Err(reason) => {
                chunk.faults.push(fault(row, &reason));
                let line = first_line(&bytes[begin..stop]);
                if begin + line < stop {
                    // A quote that was not closed has swallowed what follows the first line: it is read anew.
                    end = begin + line;
                    break;
                }
            }
        }
    }
    chunk.position = stretch.position + (skipped + end) as i64;
    chunk
}

/// The length of the first line that is not blank, its end included.
fn first_line(bytes: &[u8]) -> usize {
    let blank = bytes
        .iter()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .count();
    let line = bytes[blank..].iter().position(|b| *b == b'\n');
    line.map_or(bytes.len(), |line| blank + line + 1)
}

fn fault(row: i64, reason: &str) -> Fault {
    Fault {
        row,
        reason: reason.to_owned(),
    }
}

/// `None`: an empty row.
fn contact(record: &ByteRecord, layout: &Layout) -> Result<Option<Fields>, String> {
    let mut fields = Fields::default();
    let mut empty = true;
    for (cell, column) in record.iter().zip(&layout.columns) {
        let Some(field) = column else {
            continue;
        };
        let text =
            std::str::from_utf8(cell).map_err(|_| format!("{}: not UTF-8", field.import_name()))?;
        let text = as_meant(text);
        empty &= text.trim().is_empty();
        fields.set(*field, text);
    }
    if empty {
        return Ok(None);
    }
    fields
        .completed(layout.country)
        .map(Some)
        .map_err(|why| why.to_string())
}

/// Every cell of a mapped column names a field.
fn is_heading(record: &ByteRecord, layout: &Layout) -> bool {
    let mut cells = record
        .iter()
        .zip(&layout.columns)
        .filter(|(_, column)| column.is_some())
        .map(|(cell, _)| std::str::from_utf8(cell).unwrap_or_default());
    cells.all(|cell| Field::parse(cell).is_some())
}

/// The first rows as text, for a person to look at.
pub(crate) fn first_rows(bytes: &[u8], delimiter: u8, count: usize) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes.strip_prefix(BOM).unwrap_or(bytes));
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    reader
        .byte_records()
        .map_while(Result::ok)
        .take(count)
        .map(|record| record.iter().map(text).collect())
        .collect()
}
