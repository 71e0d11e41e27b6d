//! Everything under `/v3/automations`: rules for what comes in and what is reported, and the secret that pushes are signed with.

pub(crate) mod inbound;
pub(crate) mod receipts;
mod secret;
mod target;

pub(crate) use secret::{ensure as ensure_secret, rotate_secret, view_secret};
pub(crate) use target::is_address;

use crate::error::ApiError;

/// Characters of a name, a term or a text. ClickSend's limits are unknown.
const CHARS_MAX: usize = 1_000;
/// An account may have no more rules of a kind.
const TOO_MANY: ApiError = ApiError::Invalid(std::borrow::Cow::Borrowed(
    "There are 100 rules of this kind already; delete one first.",
));

/// `None`: nothing was written.
fn given(field: &'static str, text: Option<String>) -> Result<Option<String>, ApiError> {
    match text {
        Some(text) if text.chars().count() > CHARS_MAX => Err(ApiError::Invalid(
            format!("{field} is longer than {CHARS_MAX} characters.").into(),
        )),
        text => Ok(text),
    }
}

/// What was written, what was there before, or an error that names the field.
fn or_before<T>(field: &'static str, given: Option<T>, before: Option<T>) -> Result<T, ApiError> {
    given
        .or(before)
        .ok_or_else(|| ApiError::Invalid(format!("{field} is missing.").into()))
}

/// A number out of a few.
fn number(
    field: &'static str,
    text: Option<&str>,
    known: impl Fn(i64) -> bool,
    told: &str,
) -> Result<Option<i64>, ApiError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match text.parse().ok().filter(|n| known(*n)) {
            Some(number) => Ok(Some(number)),
            None => Err(ApiError::Invalid(format!("{field} must be {told}.").into())),
        },
    }
}

/// 0 or 1, or how else callers write that.
fn flag(field: &'static str, text: Option<&str>) -> Result<Option<bool>, ApiError> {
    match text.map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        None | Some("") => Ok(None),
        Some("1" | "true") => Ok(Some(true)),
        Some("0" | "false") => Ok(Some(false)),
        Some(_) => Err(ApiError::Invalid(format!("{field} must be 0 or 1.").into())),
    }
}

/// A word out of a set, in any case.
fn word<W: std::str::FromStr>(
    field: &'static str,
    text: Option<&str>,
    upper: bool,
    told: impl FnOnce() -> String,
) -> Result<Option<W>, ApiError> {
    let text = match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => return Ok(None),
        Some(text) if upper => text.to_ascii_uppercase(),
        Some(text) => text.to_ascii_lowercase(),
    };
    match text.parse() {
        Ok(word) => Ok(Some(word)),
        Err(_) => Err(ApiError::Invalid(
            format!("{field} must be one of {}.", told()).into(),
        )),
    }
}
