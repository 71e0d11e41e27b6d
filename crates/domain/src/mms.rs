//! What a picture message may hold (clicksend-v3.md A.9). Longer texts are cut silently, as ClickSend does with the body.

use crate::text::Encoding;

const SUBJECT_CHARS_MAX: usize = 20;
const BODY_CHARS_MAX_GSM: usize = 1500;
const BODY_CHARS_MAX_OTHER: usize = 500;

pub fn truncate_subject(subject: &str) -> &str {
    first_chars(subject, SUBJECT_CHARS_MAX)
}

/// The alphabet of the *whole* text counts.
pub fn truncate_body(body: &str) -> &str {
    match Encoding::of(body) {
        Encoding::Gsm7 => first_chars(body, BODY_CHARS_MAX_GSM),
        Encoding::Ucs2 => first_chars(body, BODY_CHARS_MAX_OTHER),
    }
}

fn first_chars(text: &str, chars_max: usize) -> &str {
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{truncate_body, truncate_subject};

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(truncate_subject("ж".repeat(21).as_str()), "ж".repeat(20));
        assert_eq!(truncate_subject("short"), "short");
        assert_eq!(truncate_body(&"a".repeat(1501)).len(), 1500);
        assert_eq!(truncate_body(&"ж".repeat(501)).chars().count(), 500);
        assert_eq!(truncate_body(&"a".repeat(1500)).len(), 1500);
    }
}
