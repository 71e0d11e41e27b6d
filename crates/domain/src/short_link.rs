//! Short links in texts: their codes, and which pieces of a text they take the place of (clicksend-v3.md A.10).

use std::fmt;

/// No letters that are taken for others when a person copies them.
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
pub const CODE_CHARS: usize = 8;

/// Longest address that is shortened.
pub const ADDRESS_BYTES_MAX: usize = 2_048;

/// What a campaign's text has where `url_to_shorten` belongs: the older host and the newer one.
const LINK_MARKERS: [&str; 2] = ["smsg.us/xxxxx", "smsu.io/xxxxx"];
/// What becomes a link through which a person opts out.
const UNSUBSCRIBE_MARKER: &str = "stopmsg.me/xxxxx";

/// The random end of a short link: 58⁸ ≈ 10¹⁴ of them, so nobody finds one by trying.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Code([u8; CODE_CHARS]);

impl Code {
    /// Of a price: as long as any other.
    pub const SAMPLE: Code = Code([b'x'; CODE_CHARS]);

    /// From random bits.
    pub fn new(random: [u8; 8]) -> Code {
        let mut left = u64::from_be_bytes(random);
        Code(std::array::from_fn(|_| {
            let letter = ALPHABET[(left % 58) as usize];
            left /= 58;
            letter
        }))
    }

    /// `None`: no code of ours.
    pub fn parse(text: &str) -> Option<Code> {
        let bytes: [u8; CODE_CHARS] = text.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(|byte| ALPHABET.contains(byte))
            .then_some(Code(bytes))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether links may lead there: an absolute `http` or `https` address with a host and without credentials or control characters.
pub fn is_web_address(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    let rest = if lower.starts_with("https://") {
        &address[8..]
    } else if lower.starts_with("http://") {
        &address[7..]
    } else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    address.len() <= ADDRESS_BYTES_MAX
        && !address.contains(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>')
        })
        && address.is_ascii()
        && !authority.contains('@')
        && authority
            .split(':')
            .next()
            .is_some_and(|host| !host.is_empty())
}

/// The first web address in a text, without the punctuation behind it, as a range of bytes.
pub fn first_address(text: &str) -> Option<std::ops::Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find("http") {
        let start = from + found;
        let end = text[start..]
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>'))
            .map_or(text.len(), |length| start + length);
        let address =
            text[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '}']);
        if is_web_address(address) {
            return Some(start..start + address.len());
        }
        from = start + 4;
    }
    None
}

/// Where the text of a campaign has its first marker for a short link, a scheme in front of it included.
pub fn link_marker(text: &str) -> Option<std::ops::Range<usize>> {
    LINK_MARKERS
        .iter()
        .filter_map(|marker| marker_range(text, marker))
        .min_by_key(|range| range.start)
}

/// Where the text of a campaign has its first marker for an unsubscribe link.
pub fn unsubscribe_marker(text: &str) -> Option<std::ops::Range<usize>> {
    marker_range(text, UNSUBSCRIBE_MARKER)
}

fn marker_range(text: &str, marker: &str) -> Option<std::ops::Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find(marker)?;
    let end = start + marker.len();
    let scheme = ["https://", "http://"]
        .iter()
        .find(|scheme| lower[..start].ends_with(*scheme))
        .map_or(0, |scheme| scheme.len());
    Some(start - scheme..end)
}

#[cfg(test)]
mod tests {
    use super::{CODE_CHARS, Code, first_address, is_web_address, link_marker, unsubscribe_marker};

    #[test]
    fn codes_are_read_back_and_nothing_else_is() {
        for random in [[0; 8], [0xff; 8], [1, 2, 3, 4, 5, 6, 7, 8]] {
            let code = Code::new(random);
            assert_eq!(code.as_str().len(), CODE_CHARS);
            assert_eq!(Code::parse(code.as_str()), Some(code));
        }
        assert_ne!(Code::new([1; 8]), Code::new([2; 8]));
        for text in ["", "short", "much too long", "0OIl0OIl", "abcdéf1"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        assert!(Code::parse(Code::SAMPLE.as_str()).is_some());
    }

    #[test]
    fn links_lead_to_the_web_only() {
        for address in [
            "http://example.com",
            "HTTPS://example.com/a?b=c#d",
            "https://[2001:db8::1]/",
            "http://example.com:8080/",
        ] {
            assert!(is_web_address(address), "{address}");
        }
        for address in [
            "",
            "example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "http://",
            "http:///path",
            "https://user@example.com/",
            "http://exa mple.com",
            "http://example.com/\r\nSet-Cookie: a",
            "http://example.com\\@evil.test",
            "httpx://example.com",
            "//example.com",
            &format!("http://example.com/{}", "a".repeat(2_048)),
        ] {
            assert!(!is_web_address(address), "{address}");
        }
    }

    #[test]
    fn the_first_address_of_a_text_is_found_without_its_full_stop() {
        for (text, found) in [
            (
                "Look: https://example.com/a?b=1, and http://other.test",
                Some("https://example.com/a?b=1"),
            ),
            ("(see HTTP://Example.com/x).", Some("HTTP://Example.com/x")),
            (
                "http and https are words, http://x.test is not",
                Some("http://x.test"),
            ),
            ("ünï http://x.test/ÿ", None),
            ("nothing here", None),
            ("http://", None),
        ] {
            assert_eq!(
                first_address(text).map(|range| &text[range]),
                found,
                "{text}"
            );
        }
    }

    #[test]
    fn markers_are_found_in_both_spellings() {
        for (text, found) in [
            ("Go to smsg.us/xxxxx now", Some("smsg.us/xxxxx")),
            (
                "Go to https://smsu.io/xxxxx!",
                Some("https://smsu.io/xxxxx"),
            ),
            ("SMSG.US/XXXXX", Some("SMSG.US/XXXXX")),
            ("smsg.us/abcde", None),
        ] {
            assert_eq!(link_marker(text).map(|range| &text[range]), found, "{text}");
        }
        assert_eq!(unsubscribe_marker("bye: StopMsg.me/xxxxx"), Some(5..21));
    }
}
