//! How long a body is. One answer, or the message is refused.

use httparse::Header;

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestBody {
    /// None, or of length 0.
    Empty,
    Length(u64),
    Chunked,
}

/// The body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// The status or the request's method allow none.
    None,
    Length(u64),
    Chunked,
    /// Until the connection is closed.
    UntilClose,
}

/// Why a message has no single length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFraming {
    #[error("it has both Content-Length and Transfer-Encoding")]
    Both,
    #[error("it has several Content-Length headers")]
    Lengths,
    #[error("its Content-Length is not a number")]
    Length,
    #[error("its Transfer-Encoding is not exactly `chunked`")]
    Coding,
}

#[derive(Default)]
struct Seen<'b> {
    length: Option<&'b [u8]>,
    lengths_differ: bool,
    lengths: u32,
    coding: Option<&'b [u8]>,
    codings: u32,
}

fn seen<'b>(headers: &[Header<'b>]) -> Seen<'b> {
    let mut seen = Seen::default();
    for header in headers {
        // Both names are rare lengths: most headers cost one comparison.
        match header.name.len() {
            14 if header.name.eq_ignore_ascii_case("content-length") => {
                seen.lengths_differ |= seen.length.is_some_and(|length| length != header.value);
                seen.length = Some(header.value);
                seen.lengths += 1;
            }
            17 if header.name.eq_ignore_ascii_case("transfer-encoding") => {
                seen.coding = Some(header.value);
                seen.codings += 1;
            }
            _ => {}
        }
    }
    seen
}

/// Digits and nothing else, so that nobody reads a sign, a list or a prefix differently.
fn number(digits: &[u8]) -> Result<u64, BadFraming> {
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(BadFraming::Length);
    }
    Ok(digits
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Refuses whatever has more than one reading: a request with two lengths is an attack or a bug.
pub fn request_body(headers: &[Header<'_>], minor: u8) -> Result<RequestBody, BadFraming> {
    let seen = seen(headers);
    match (seen.coding, seen.length) {
        (None, None) => Ok(RequestBody::Empty),
        (Some(_), Some(_)) => Err(BadFraming::Both),
        (Some(coding), None) => {
            let plain = seen.codings == 1 && minor == 1 && coding.eq_ignore_ascii_case(b"chunked");
            if plain {
                Ok(RequestBody::Chunked)
            } else {
                Err(BadFraming::Coding)
            }
        }
        (None, Some(_)) if seen.lengths > 1 => Err(BadFraming::Lengths),
        (None, Some(digits)) => Ok(match number(digits)? {
            0 => RequestBody::Empty,
            length => RequestBody::Length(length),
        }),
    }
}

/// For an answer to a request (`to_head`: to a HEAD). A length beside `chunked` is ignored as RFC 9112 section 6.3 says, but then the
/// connection must not be used again: see [`ResponseBody`] and the second value, whether it may.
pub fn response_body(
    headers: &[Header<'_>],
    minor: u8,
    status: u16,
    to_head: bool,
) -> Result<(ResponseBody, bool), BadFraming> {
    if to_head || matches!(status, 100..=199 | 204 | 304) {
        return Ok((ResponseBody::None, true));
    }
    let seen = seen(headers);
    match (seen.coding, seen.length) {
        (Some(coding), length) => {
            let plain = seen.codings == 1 && minor == 1 && coding.eq_ignore_ascii_case(b"chunked");
            if plain {
                Ok((ResponseBody::Chunked, length.is_none()))
            } else {
                Err(BadFraming::Coding)
            }
        }
        (None, None) => Ok((ResponseBody::UntilClose, false)),
        (None, Some(_)) if seen.lengths_differ => Err(BadFraming::Lengths),
        (None, Some(digits)) => Ok((ResponseBody::Length(number(digits)?), true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers<'b>(lines: &'b [(&'b str, &'b str)]) -> Vec<Header<'b>> {
        lines
            .iter()
            .map(|(name, value)| Header {
                name,
                value: value.as_bytes(),
            })
            .collect()
    }

    #[test]
    fn requests_have_one_length() {
        use BadFraming::*;
        let (cl, te) = ("Content-Length", "transfer-encoding");
        for (lines, minor, want) in [
            (&[][..], 1, Ok(RequestBody::Empty)),
            (&[(cl, "0")], 1, Ok(RequestBody::Empty)),
            (&[(cl, "5")], 1, Ok(RequestBody::Length(5))),
            (&[(te, "Chunked")], 1, Ok(RequestBody::Chunked)),
            (&[(te, "chunked")], 0, Err(Coding)),
            (&[(te, "gzip, chunked")], 1, Err(Coding)),
            (&[(te, "chunked, identity")], 1, Err(Coding)),
            (&[(te, "\"chunked\"")], 1, Err(Coding)),
            (&[(te, "")], 1, Err(Coding)),
            (&[(te, "chunked"), (te, "chunked")], 1, Err(Coding)),
            (&[(te, "chunked"), (cl, "5")], 1, Err(Both)),
            (&[(cl, "5"), (te, "identity")], 1, Err(Both)),
            (&[(cl, "5"), (cl, "5")], 1, Err(Lengths)),
            (&[(cl, "5"), (cl, "6")], 1, Err(Lengths)),
            (&[(cl, "5, 5")], 1, Err(Length)),
            (&[(cl, "+5")], 1, Err(Length)),
            (&[(cl, "-5")], 1, Err(Length)),
            (&[(cl, "0x5")], 1, Err(Length)),
            (&[(cl, "")], 1, Err(Length)),
            (&[(cl, "9999999999999999999")], 1, Err(Length)),
        ] {
            assert_eq!(
                request_body(&headers(lines), minor),
                want,
                "{lines:?} HTTP/1.{minor}"
            );
        }
    }

    #[test]
    fn answers_have_one_length() {
        let (cl, te) = ("content-length", "transfer-encoding");
        for (lines, status, to_head, want) in [
            (
                &[(cl, "5")][..],
                200,
                false,
                Ok((ResponseBody::Length(5), true)),
            ),
            (&[(cl, "5")], 200, true, Ok((ResponseBody::None, true))),
            (&[(cl, "5")], 304, false, Ok((ResponseBody::None, true))),
            (
                &[(te, "chunked")],
                200,
                false,
                Ok((ResponseBody::Chunked, true)),
            ),
            (
                &[(te, "chunked"), (cl, "5")],
                200,
                false,
                Ok((ResponseBody::Chunked, false)),
            ),
            (&[(te, "xchunked")], 200, false, Err(BadFraming::Coding)),
            (
                &[(cl, "5"), (cl, "5")],
                200,
                false,
                Ok((ResponseBody::Length(5), true)),
            ),
            (
                &[(cl, "5"), (cl, "6")],
                200,
                false,
                Err(BadFraming::Lengths),
            ),
            (&[], 200, false, Ok((ResponseBody::UntilClose, false))),
        ] {
            assert_eq!(
                response_body(&headers(lines), 1, status, to_head),
                want,
                "{lines:?} {status}"
            );
        }
    }
}
