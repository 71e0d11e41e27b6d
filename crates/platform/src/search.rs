//! Searching a whole account: contacts and lists together, and contacts while somebody types.

mod contacts_lists;
mod suggestions;

pub(crate) use contacts_lists::contacts_lists;
pub(crate) use suggestions::suggestions;

use crate::error::ApiError;

/// Characters that are looked for.
const TEXT_CHARS_MAX: usize = 100;

/// What somebody typed, and its digits if it could be a piece of a number.
fn wanted(q: Option<&str>) -> Result<(String, String), ApiError> {
    let text = q.unwrap_or_default().trim().replace('\0', "");
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(ApiError::Invalid(
            format!("q is longer than {TEXT_CHARS_MAX} characters.").into(),
        ));
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.');
    let digits: String = match text.chars().all(numeric) {
        true => text.chars().filter(char::is_ascii_digit).collect(),
        false => String::new(),
    };
    // In the local way of writing the first 0 stands for the country.
    let digits = digits.trim_start_matches('0').to_owned();
    Ok((text, digits))
}
