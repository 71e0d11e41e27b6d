//! Placeholders in a text to a list, in the three spellings in circulation: `(First Name)`, `{FirstName}`, `{first_name}`.

use std::borrow::Cow;

use super::{Field, Fields};

/// No placeholder is longer than this between its brackets.
const NAME_BYTES_MAX: usize = 32;

/// Puts a contact's values into a text, in one pass: what a value contains is never read as a placeholder. An empty field becomes nothing;
/// brackets around anything else stay as they are.
pub fn fill<'a>(text: &'a str, contact: &Fields) -> Cow<'a, str> {
    let mut filled = String::new();
    let (mut kept_from, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['(', '{']) {
        let open = at + found;
        match value(&text[open..], contact) {
            Some((value, length)) => {
                filled.push_str(&text[kept_from..open]);
                filled.push_str(&value);
                at = open + length;
                kept_from = at;
            }
            None => at = open + 1,
        }
    }
    if kept_from == 0 {
        return Cow::Borrowed(text);
    }
    filled.push_str(&text[kept_from..]);
    Cow::Owned(filled)
}

/// The value for the placeholder that `text` begins with, and the placeholder's length.
fn value<'c>(text: &str, contact: &'c Fields) -> Option<(Cow<'c, str>, usize)> {
    let (round, close) = match text.as_bytes().first()? {
        b'(' => (true, ')'),
        _ => (false, '}'),
    };
    let end = text.find(close).filter(|end| *end <= NAME_BYTES_MAX)?;
    let name = &text[1..end];
    let value = match round {
        true => Cow::Borrowed(contact.get(in_round_brackets(name)?)),
        false if name.eq_ignore_ascii_case("name") => Cow::Owned(contact.name()),
        false => Cow::Borrowed(contact.get(in_braces(name)?)),
    };
    Some((value, end + 1))
}

/// Round brackets are punctuation, too, so only the exact names of the documentation count there: `(email)` stays.
fn in_round_brackets(name: &str) -> Option<Field> {
    let names = [
        ("First Name", Field::FirstName),
        ("Last Name", Field::LastName),
        ("Cust. 1", Field::Custom1),
        ("Cust. 2", Field::Custom2),
        ("Cust. 3", Field::Custom3),
        ("Cust. 4", Field::Custom4),
        ("Email Address", Field::Email),
        ("Phone Number", Field::PhoneNumber),
        ("Organization Name", Field::OrganizationName),
    ];
    let found = names
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, field)| *field)
}

fn in_braces(name: &str) -> Option<Field> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then(|| Field::parse(name)).flatten()
}
