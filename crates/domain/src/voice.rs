//! Calls that read a text aloud: languages and voices, length and parts, what happens on the line.

use crate::text::Encoding;
use crate::words::words;

#[cfg(test)]
mod tests;

/// Longer texts are cut silently, as ClickSend does.
pub const PARTS_MAX: u32 = 4;
const PART_CHARS_GSM: usize = 300;
const PART_CHARS_OTHER: usize = 150;

/// What is spoken when a caller names no language.
pub const DEFAULT_LANG: &str = "en-us";

words! {
    /// Whose voice reads.
    #[derive(Default)]
    pub enum Voice {
        #[default]
        Female = "female",
        Male = "male",
    }
}

/// What a call is to do beside reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// A code of [`LANGS`].
    pub lang: String,
    pub voice: Voice,
    /// Report the keys that the callee presses.
    pub require_input: bool,
    /// Report whether a machine answered.
    pub machine_detection: bool,
}

/// What was heard on the line. Both are `None` where nobody asked, or nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Keys that the callee pressed, `0` to `9`, `*` and `#`; empty: none.
    pub digits: Option<String>,
    /// A machine answered.
    pub machine: Option<bool>,
}

/// One entry of `GET /v3/voice/lang`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Lang {
    pub code: &'static str,
    /// "Language, Locale".
    pub label: &'static str,
    /// Female first: that is the default wherever both exist.
    pub voices: &'static [Voice],
}

const BOTH: &[Voice] = &[Voice::Female, Voice::Male];
const FEMALE: &[Voice] = &[Voice::Female];
const MALE: &[Voice] = &[Voice::Male];

const fn l(code: &'static str, label: &'static str, voices: &'static [Voice]) -> Lang {
    Lang {
        code,
        label,
        voices,
    }
}

/// In the order in which they are served (clicksend-v3.md E.3).
pub const LANGS: [Lang; 23] = [
    l("en-us", "English, US", BOTH),
    l("en-au", "English, Australia", BOTH),
    l("en-gb", "English, UK", BOTH),
    l("en-in", "English, India", FEMALE),
    l("de-de", "German, Germany", BOTH),
    l("es-es", "Spanish, Spain", BOTH),
    l("es-us", "Spanish, US", BOTH),
    l("fr-ca", "French, Canada", FEMALE),
    l("fr-fr", "French, France", BOTH),
    l("is-is", "Icelandic, Iceland", BOTH),
    l("it-it", "Italian, Italy", BOTH),
    l("nl-nl", "Dutch, Netherlands", BOTH),
    l("pl-pl", "Polish-Poland", BOTH),
    l("pt-pt", "Portuguese, Portugal", MALE),
    l("pt-br", "Portuguese, Brazil", BOTH),
    l("ro-ro", "Romanian, Romania", FEMALE),
    l("ru-ru", "Russian, Russia", BOTH),
    l("sv-se", "Swedish, Sweden", FEMALE),
    l("tr-tr", "Turkish, Turkey", FEMALE),
    l("en-gb-wls", "English, Wales", BOTH),
    l("cy-gb-wls", "Celtic, Wales", BOTH),
    l("nb-no", "Norwegian, Norway", FEMALE),
    l("da-dk", "Danish, Denmark", BOTH),
];

impl Lang {
    /// In any case.
    pub fn find(code: &str) -> Option<&'static Lang> {
        LANGS
            .iter()
            .find(|lang| lang.code.eq_ignore_ascii_case(code.trim()))
    }

    /// The voice that reads when the caller names none.
    pub fn default_voice(&self) -> Voice {
        self.voices.first().copied().unwrap_or_default()
    }
}

impl Heard {
    pub fn is_nothing(&self) -> bool {
        self.digits.is_none() && self.machine.is_none()
    }
}

/// Parts that a call is charged as: characters, not septets, because it is read and not transmitted. 0 for the empty text.
pub fn parts(text: &str) -> u32 {
    let parts = text.chars().count().div_ceil(part_chars(text));
    u32::try_from(parts).unwrap_or(u32::MAX)
}

/// The beginning of `text` that is read. The alphabet of the *whole* text decides how much that is.
pub fn truncate(text: &str) -> &str {
    let chars_max = part_chars(text) * PARTS_MAX as usize;
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

fn part_chars(text: &str) -> usize {
    match Encoding::of(text) {
        Encoding::Gsm7 => PART_CHARS_GSM,
        Encoding::Ucs2 => PART_CHARS_OTHER,
    }
}
