//! Cells that a spreadsheet would take for a formula. They are exported behind an apostrophe, which an import takes off again.

use std::borrow::Cow;

/// What makes a spreadsheet calculate (OWASP: CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Numbers with a sign are harmless, and every telephone number is one.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// An apostrophe is put in front of a formula, and of what would look like a formula made harmless.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    match text.trim_start_matches('\'').starts_with(FORMULA) && !is_number(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Undoes [`harmless`].
pub(super) fn as_meant(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
}
