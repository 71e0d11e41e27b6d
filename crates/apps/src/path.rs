//! One normal form of a path: the form that is matched is the form that is sent. What could be read in two ways is refused.

use std::borrow::Cow;

/// A path that starts with `/` and means one thing: no encoded separators or dots, no empty or dot segments, no
/// parameters, no control bytes, no encoded letters, escapes in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormalPath<'a>(Cow<'a, str>);

impl NormalPath<'_> {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the caller's own bytes are already the normal form, so that they can be sent as they are.
    #[must_use]
    pub fn is_as_given(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }

    /// The segments that decide which operation this is. One trailing slash changes nothing: servers disagree about it,
    /// so both forms must be judged alike.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        let text = self.0.strip_suffix('/').unwrap_or(&self.0);
        let mut rest = text.strip_prefix('/');
        std::iter::from_fn(move || {
            let text = rest?;
            match memchr::memchr(b'/', text.as_bytes()) {
                Some(at) => {
                    rest = Some(&text[at + 1..]);
                    Some(&text[..at])
                }
                None => {
                    rest = None;
                    Some(text)
                }
            }
        })
    }
}

/// Why a path has no single meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmbiguousPath {
    #[error("the path must start with a slash")]
    NoSlash,
    #[error("the path has an empty segment (`//`)")]
    EmptySegment,
    #[error("the path has a `.` or `..` segment")]
    DotSegment,
    #[error("the path holds an encoded slash, backslash, dot, semicolon or percent escape")]
    Encoded,
    #[error("the path holds a broken percent escape")]
    BrokenEscape,
    #[error("the path holds a backslash, semicolon, control or non-ASCII byte")]
    Forbidden,
}

/// Brings `raw` (the path as received, without query) into its normal form. Allocates only when an escape must be rewritten.
pub fn normal_path(raw: &str) -> Result<NormalPath<'_>, AmbiguousPath> {
    let bytes = raw.as_bytes();
    if bytes.first() != Some(&b'/') {
        return Err(AmbiguousPath::NoSlash);
    }
    let mut rewrite = false;
    let mut segment_start = 1;
    let mut index = 1;
    while index < bytes.len() {
        match bytes[index] {
            b'/' => {
                refuse_segment(&bytes[segment_start..index])?;
                segment_start = index + 1;
            }
            b'%' => {
                rewrite |= judge_escape(bytes, index)?;
                index += 2;
            }
            b'\\' | b';' | b'?' | b'#' | 0..=0x20 | 0x7f.. => return Err(AmbiguousPath::Forbidden),
            _ => {}
        }
        index += 1;
    }
    // The last segment may be empty: that is a trailing slash.
    if segment_start < bytes.len() {
        refuse_segment(&bytes[segment_start..])?;
    }
    Ok(NormalPath(if rewrite {
        Cow::Owned(rewritten(bytes)?)
    } else {
        Cow::Borrowed(raw)
    }))
}

fn refuse_segment(segment: &[u8]) -> Result<(), AmbiguousPath> {
    match segment {
        b"" => Err(AmbiguousPath::EmptySegment),
        b"." | b".." => Err(AmbiguousPath::DotSegment),
        _ => Ok(()),
    }
}

/// Whether the escape at `index` must be rewritten; refused if it hides something that separates or ends.
fn judge_escape(bytes: &[u8], index: usize) -> Result<bool, AmbiguousPath> {
    let decoded = escape_at(bytes, index).ok_or(AmbiguousPath::BrokenEscape)?;
    match decoded {
        b'/' | b'\\' | b'.' | b';' => Err(AmbiguousPath::Encoded),
        0..=0x1f | 0x7f => Err(AmbiguousPath::Forbidden),
        // `%25` before two hex digits is an escape for whoever decodes twice.
        b'%' if bytes
            .get(index + 3..index + 5)
            .is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit)) =>
        {
            Err(AmbiguousPath::Encoded)
        }
        _ if is_unreserved(decoded) => Ok(true),
        _ => Ok(bytes[index + 1].is_ascii_lowercase() || bytes[index + 2].is_ascii_lowercase()),
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~')
}

fn escape_at(bytes: &[u8], index: usize) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (high, low) = (
        digit(*bytes.get(index + 1)?)?,
        digit(*bytes.get(index + 2)?)?,
    );
    u8::try_from(high * 16 + low).ok()
}

fn rewritten(bytes: &[u8]) -> Result<String, AmbiguousPath> {
    let mut out = String::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'%' {
            let decoded = escape_at(bytes, index).ok_or(AmbiguousPath::BrokenEscape)?;
            if is_unreserved(decoded) {
                out.push(char::from(decoded));
            } else {
                for byte in &bytes[index..index + 3] {
                    out.push(char::from(byte.to_ascii_uppercase()));
                }
            }
            index += 3;
        } else {
            out.push(char::from(bytes[index]));
            index += 1;
        }
    }
    // Two rewritten escapes can meet a literal percent sign only as `%25`, which was judged above; check the result once.
    match normal_path(&out) {
        Ok(path) if path.is_as_given() => Ok(out),
        Ok(_) => Err(AmbiguousPath::Encoded),
        Err(refused) => Err(refused),
    }
}

/// A path with named holes, such as `/v3/sms/{message_id}/cancel`: one hole stands for exactly one segment.
/// A last segment `**` stands for any rest. Used by the rules on a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathPattern(String);

impl PathPattern {
    /// Reads a pattern; `None` if it does not start with `/`, has an empty segment, or holes that are not whole segments.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let last = rest.split('/').count() - 1;
        let good = rest
            .split('/')
            .enumerate()
            .all(|(index, segment)| match segment {
                "" | "." | ".." => false,
                "**" => index == last,
                _ if is_hole(segment) => true,
                _ => !segment.contains(['{', '}', '*', '%', ';', '\\', '?', '#', ' ']),
            });
        good.then(|| Self(format!("/{rest}")))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn matches(&self, path: &NormalPath<'_>) -> bool {
        let mut given = path.segments();
        for wanted in self.0.split('/').skip(1) {
            if wanted == "**" {
                return true;
            }
            match given.next() {
                Some(segment) if is_hole(wanted) || segment == wanted => {}
                _ => return false,
            }
        }
        given.next().is_none()
    }
}

/// `{name}`: a hole in a pattern.
pub(crate) fn is_hole(segment: &str) -> bool {
    segment.len() > 2 && segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_meaning_or_none() {
        use AmbiguousPath::*;
        for (raw, want) in [
            ("/", Ok("/")),
            ("/v3/sms/send", Ok("/v3/sms/send")),
            ("/v3/sms/send/", Ok("/v3/sms/send/")),
            ("/v3/%73ms/send", Ok("/v3/sms/send")),
            ("/v3/a%20b", Ok("/v3/a%20b")),
            ("/v3/a%c3%a9", Ok("/v3/a%C3%A9")),
            ("/v3/+61400", Ok("/v3/+61400")),
            ("/v3/100%25", Ok("/v3/100%25")),
            ("/a/b.c/.d/e..f", Ok("/a/b.c/.d/e..f")),
            ("", Err(NoSlash)),
            ("v3", Err(NoSlash)),
            ("*", Err(NoSlash)),
            ("//v3", Err(EmptySegment)),
            ("/v3//sms", Err(EmptySegment)),
            ("/v3//", Err(EmptySegment)),
            ("/v3/./sms", Err(DotSegment)),
            ("/v3/..", Err(DotSegment)),
            ("/v3/../../admin", Err(DotSegment)),
            ("/v3/%2e%2e/x", Err(Encoded)),
            ("/v3/%2E/x", Err(Encoded)),
            ("/v3%2fsms", Err(Encoded)),
            ("/v3%5csms", Err(Encoded)),
            ("/v3%3bx", Err(Encoded)),
            ("/v3/%252f", Err(Encoded)),
            ("/v3/%25%32%66", Err(Encoded)),
            ("/v3;x=1/sms", Err(Forbidden)),
            ("/v3\\sms", Err(Forbidden)),
            ("/v3/%00", Err(Forbidden)),
            ("/v3/%0d%0a", Err(Forbidden)),
            ("/v3/\u{e9}", Err(Forbidden)),
            ("/v3/a b", Err(Forbidden)),
            ("/v3/%zz", Err(BrokenEscape)),
            ("/v3/%2", Err(BrokenEscape)),
            ("/v3/%", Err(BrokenEscape)),
        ] {
            let got = normal_path(raw);
            assert_eq!(
                got.as_ref().map(NormalPath::as_str),
                want.as_ref().map(|text| *text),
                "{raw}"
            );
        }
    }

    #[test]
    fn patterns_match_whole_segments() {
        let path = |text| normal_path(text).expect("normal");
        let pattern = PathPattern::parse("/v3/sms/{id}/cancel").expect("pattern");
        assert!(pattern.matches(&path("/v3/sms/1/cancel")));
        assert!(pattern.matches(&path("/v3/sms/1/cancel/")));
        assert!(!pattern.matches(&path("/v3/sms/1/2/cancel")));
        assert!(!pattern.matches(&path("/v3/sms/1")));
        assert!(
            PathPattern::parse("/v3/**")
                .expect("pattern")
                .matches(&path("/v3/a/b"))
        );
        for bad in [
            "", "v3", "/v3//x", "/v3/**/x", "/v3/a{b}", "/v3/*", "/v3/%2f", "/..",
        ] {
            assert!(PathPattern::parse(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own_normal_form(raw in "/[a-z%0-9A-F./~;]{0,24}") {
            if let Ok(path) = normal_path(&raw) {
                let again = normal_path(path.as_str()).expect("still normal");
                prop_assert!(again.is_as_given());
                prop_assert!(!path.as_str().contains("//"));
                prop_assert!(path.segments().all(|segment| segment != "." && segment != ".."));
            }
        }
    }
}
