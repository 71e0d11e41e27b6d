//! What must never be echoed back: every form of an injected secret, and the names of answer fields that hold secrets.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;

/// Shorter secrets are not searched for: masking them would tear holes into ordinary text.
pub const NEEDLE_BYTES_MIN: usize = 4;

/// The byte strings that answers are searched for. Has no `Debug`: it is made of secrets.
#[derive(Default)]
pub struct Needles {
    finders: Vec<Finder<'static>>,
    /// Length of the shortest; nothing shorter can hold a needle.
    shortest: usize,
}

impl Needles {
    /// Every form in which an upstream is known to reflect `secret`: as it is, percent-encoded, form-encoded,
    /// JSON-escaped (also with `\/`, as PHP writes it) and HTML-escaped.
    pub(crate) fn add_text(&mut self, secret: &str) {
        for form in written_forms(secret) {
            self.add(form);
        }
    }

    /// The base64 forms of a pair or token, without padding: the padded form begins with it.
    pub(crate) fn add_base64(&mut self, secret: &[u8]) {
        for encoded in [
            STANDARD_NO_PAD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
        ] {
            self.add_text(&encoded);
        }
    }

    fn add(&mut self, form: Vec<u8>) {
        if form.len() >= NEEDLE_BYTES_MIN
            && !self.finders.iter().any(|known| known.needle() == form)
        {
            self.shortest = if self.finders.is_empty() {
                form.len()
            } else {
                self.shortest.min(form.len())
            };
            self.finders.push(Finder::new(&form).into_owned());
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// Whether any needle occurs.
    #[must_use]
    pub fn occur_in(&self, hay: &[u8]) -> bool {
        hay.len() >= self.shortest && self.finders.iter().any(|finder| finder.find(hay).is_some())
    }

    /// Calls `found` with the place of every occurrence of every needle; occurrences may overlap.
    pub fn find_all(&self, hay: &[u8], mut found: impl FnMut(Range<usize>)) {
        if hay.len() < self.shortest {
            return;
        }
        for finder in &self.finders {
            let length = finder.needle().len();
            let mut start = 0;
            while let Some(at) = hay.get(start..).and_then(|rest| finder.find(rest)) {
                found(start + at..start + at + length);
                start += at + 1;
            }
        }
    }

    /// How many bytes at the end of `hay` could be the beginning of a needle that continues in the next piece.
    #[must_use]
    pub fn partial_suffix(&self, hay: &[u8]) -> usize {
        let mut longest = 0;
        for finder in &self.finders {
            let needle = finder.needle();
            let tail = &hay[hay.len().saturating_sub(needle.len() - 1)..];
            for at in memchr::memchr_iter(needle[0], tail) {
                let candidate = &tail[at..];
                if candidate.len() <= longest {
                    break;
                }
                if needle.starts_with(candidate) {
                    longest = candidate.len();
                    break;
                }
            }
        }
        longest
    }
}

fn written_forms(secret: &str) -> Vec<Vec<u8>> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json
        .trim_start_matches('"')
        .strip_suffix('"')
        .unwrap_or_default()
        .to_owned();
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let mut forms = vec![
        secret.as_bytes().to_vec(),
        percent_encoded(secret, b"0123456789ABCDEF", false),
        percent_encoded(secret, b"0123456789abcdef", false),
        percent_encoded(secret, b"0123456789ABCDEF", true),
        json.replace('/', "\\/").into_bytes(),
        json.into_bytes(),
        html.replace('\'', "&#39;").into_bytes(),
        html.replace('\'', "&#039;").into_bytes(),
    ];
    forms.sort();
    forms.dedup();
    forms
}

/// Everything but unreserved characters escaped (RFC 3986 section 2.3): a segment of a path, or a part of a query, stays one.
pub fn url_encoded(text: &str) -> String {
    String::from_utf8(percent_encoded(text, b"0123456789ABCDEF", false)).unwrap_or_default()
}

/// Everything but unreserved characters escaped; `form` writes a space as `+`.
fn percent_encoded(text: &str, digits: &[u8; 16], form: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte),
            b' ' if form => out.push(b'+'),
            _ => out.extend([
                b'%',
                digits[usize::from(byte >> 4)],
                digits[usize::from(byte & 15)],
            ]),
        }
    }
    out
}

/// Names of JSON fields whose string values are secrets in answers to an agent key.
#[derive(Default)]
pub struct SecretFields {
    finders: Vec<Finder<'static>>,
}

impl SecretFields {
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let quoted = |name: &str| Finder::new(format!("\"{name}\"").as_bytes()).into_owned();
        Self {
            finders: names.into_iter().map(quoted).collect(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// The first quoted field name in `hay`: the offset just behind its closing quote.
    #[must_use]
    pub fn find_end(&self, hay: &[u8]) -> Option<usize> {
        self.finders
            .iter()
            .filter_map(|finder| finder.find(hay).map(|at| at + finder.needle().len()))
            .min()
    }

    /// How many bytes at the end of `hay` could be the beginning of a quoted name.
    #[must_use]
    pub fn partial_suffix(&self, hay: &[u8]) -> usize {
        let length_of = |finder: &Finder<'_>| {
            let needle = finder.needle();
            let most = hay.len().min(needle.len() - 1);
            (1..=most)
                .rev()
                .find(|length| hay.ends_with(&needle[..*length]))
                .unwrap_or(0)
        };
        self.finders.iter().map(length_of).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secret: &str) -> Needles {
        let mut needles = Needles::default();
        needles.add_text(secret);
        needles
    }

    #[test]
    fn every_written_form_is_found() {
        let needles = of("a/b \"c&d'e");
        for echo in [
            "a/b \"c&d'e",
            "a%2Fb%20%22c%26d%27e",
            "a%2fb%20%22c%26d%27e",
            "a%2Fb+%22c%26d%27e",
            "a\\/b \\\"c&d'e",
            "a/b \\\"c&d'e",
            "a/b &quot;c&amp;d&#39;e",
        ] {
            let mut hits = 0;
            needles.find_all(format!("x{echo}y").as_bytes(), |_| hits += 1);
            assert!(hits > 0, "{echo}");
        }
    }

    #[test]
    fn a_short_secret_tears_no_holes() {
        assert!(of("abc").is_empty());
        assert!(!of("abcd").is_empty());
    }

    #[test]
    fn the_longest_partial_suffix_wins() {
        let needles = of("abab-secret");
        for (hay, want) in [
            ("", 0),
            ("xyz", 0),
            ("xa", 1),
            ("xaba", 3),
            ("xabab-sec", 8),
            ("abab-secretX", 0),
            ("ababab", 4),
        ] {
            assert_eq!(needles.partial_suffix(hay.as_bytes()), want, "{hay}");
        }
    }

    #[test]
    fn overlapping_occurrences_are_all_found() {
        let mut places = Vec::new();
        of("aaaa").find_all(b"aaaaa", |place| places.push(place));
        assert_eq!(places, [0..4, 1..5]);
    }
}
