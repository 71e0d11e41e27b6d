//! Heads of requests and answers, read strictly.

use std::mem::MaybeUninit;

pub use httparse::Header;

/// Header lines of one message.
pub const HEADERS_MAX: usize = 100;

/// Room for the header lines of one head, on the caller's stack.
pub struct Slots<'b>([MaybeUninit<Header<'b>>; HEADERS_MAX]);

impl Slots<'_> {
    #[must_use]
    pub fn new() -> Self {
        Self([const { MaybeUninit::uninit() }; HEADERS_MAX])
    }
}

impl Default for Slots<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// The head of a request. All parts lie in the bytes it was read from.
#[derive(Debug)]
pub struct RequestHead<'s, 'b> {
    pub method: &'b str,
    /// As received: a path, an absolute URL, an authority or `*`. Printable ASCII.
    pub target: &'b str,
    /// 0 or 1: HTTP/1.0 or HTTP/1.1.
    pub minor: u8,
    pub headers: &'s [Header<'b>],
    /// Bytes up to and with the empty line.
    pub length: usize,
}

/// The head of an answer.
#[derive(Debug)]
pub struct ResponseHead<'s, 'b> {
    pub status: u16,
    pub minor: u8,
    pub headers: &'s [Header<'b>],
    pub length: usize,
}

/// Why bytes are no head. All of them end the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHead {
    #[error("it has more than {HEADERS_MAX} header lines")]
    TooManyHeaders,
    #[error("its HTTP version is not 1.0 or 1.1")]
    Version,
    #[error("a line does not end with CR LF")]
    LineEnd,
    #[error("its first line is malformed")]
    FirstLine,
    #[error("a header line is malformed")]
    HeaderLine,
}

impl From<httparse::Error> for BadHead {
    fn from(error: httparse::Error) -> Self {
        match error {
            httparse::Error::TooManyHeaders => Self::TooManyHeaders,
            httparse::Error::Version => Self::Version,
            httparse::Error::NewLine => Self::LineEnd,
            httparse::Error::HeaderName | httparse::Error::HeaderValue => Self::HeaderLine,
            httparse::Error::Token | httparse::Error::Status => Self::FirstLine,
        }
    }
}

/// Reads the head at the beginning of `bytes`; `None` if it is not complete yet.
pub fn request<'s, 'b>(
    bytes: &'b [u8],
    slots: &'s mut Slots<'b>,
) -> Result<Option<RequestHead<'s, 'b>>, BadHead> {
    let mut parsed = httparse::Request::new(&mut []);
    let length = match parsed.parse_with_uninit_headers(bytes, &mut slots.0)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    let (Some(method), Some(target), Some(minor)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Err(BadHead::FirstLine);
    };
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BadHead::FirstLine);
    }
    line_ends(&bytes[..length], parsed.headers)?;
    Ok(Some(RequestHead {
        method,
        target,
        minor,
        headers: parsed.headers,
        length,
    }))
}

/// As [`request`], for an answer.
pub fn response<'s, 'b>(
    bytes: &'b [u8],
    slots: &'s mut Slots<'b>,
) -> Result<Option<ResponseHead<'s, 'b>>, BadHead> {
    let mut parsed = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let length =
        match config.parse_response_with_uninit_headers(&mut parsed, bytes, &mut slots.0)? {
            httparse::Status::Complete(length) => length,
            httparse::Status::Partial => return Ok(None),
        };
    let (Some(status), Some(minor)) = (parsed.code, parsed.version) else {
        return Err(BadHead::FirstLine);
    };
    if !(100..=599).contains(&status) {
        return Err(BadHead::FirstLine);
    }
    line_ends(&bytes[..length], parsed.headers)?;
    Ok(Some(ResponseHead {
        status,
        minor,
        headers: parsed.headers,
        length,
    }))
}

/// Lines end with CR LF and nothing else: a bare LF is a line end for some servers and not for others. A line ends where the next
/// header's name begins.
fn line_ends(head: &[u8], headers: &[Header<'_>]) -> Result<(), BadHead> {
    let before = |at: usize| at >= 2 && &head[at - 2..at] == b"\r\n";
    let base = head.as_ptr() as usize;
    let names = headers
        .iter()
        .map(|header| (header.name.as_ptr() as usize).wrapping_sub(base));
    // Empty lines in front of the first line are passed over by the tokenizer, and must be as plain.
    let start = head
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let plain_start = head[..start].chunks(2).all(|pair| pair == b"\r\n");
    if plain_start
        && head.ends_with(b"\r\n\r\n")
        && names.into_iter().all(|at| at <= head.len() && before(at))
    {
        Ok(())
    } else {
        Err(BadHead::LineEnd)
    }
}

/// The comma-separated tokens of all headers called `name` (in lower case).
pub fn tokens<'h, 'b: 'h>(
    headers: &'h [Header<'b>],
    name: &'h str,
) -> impl Iterator<Item = &'b [u8]> + 'h {
    headers
        .iter()
        .filter(move |header| header.name.eq_ignore_ascii_case(name))
        .flat_map(|header| header.value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_where_it_ends() {
        let bytes = b"POST /a?b HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\nbody";
        let mut slots = Slots::new();
        let head = request(bytes, &mut slots).expect("good").expect("complete");
        assert_eq!(
            (head.method, head.target, head.minor, head.length),
            ("POST", "/a?b", 1, bytes.len() - 4)
        );
        assert_eq!(
            head.headers
                .iter()
                .map(|header| header.name)
                .collect::<Vec<_>>(),
            ["Host", "X"]
        );
        for cut in 0..bytes.len() - 5 {
            assert!(
                request(&bytes[..cut], &mut Slots::new())
                    .expect("good so far")
                    .is_none(),
                "{cut}"
            );
        }
    }

    #[test]
    fn what_could_be_read_differently_is_refused() {
        for (text, why) in [
            ("GET / HTTP/1.1\nHost: x\r\n\r\n", BadHead::LineEnd),
            ("GET / HTTP/1.1\r\nHost: x\n\r\n", BadHead::LineEnd),
            ("GET / HTTP/1.1\r\nHost: x\r\n\n", BadHead::LineEnd),
            ("\nGET / HTTP/1.1\r\n\r\n", BadHead::LineEnd),
            ("GET / HTTP/1.1\r\nA : x\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\nA: x\r\n y\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\n A: x\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\nA: x\0\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\nA: x\ry\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\nA\r\n\r\n", BadHead::HeaderLine),
            ("GET / HTTP/1.1\r\n: x\r\n\r\n", BadHead::HeaderLine),
            ("GET /\u{e9} HTTP/1.1\r\n\r\n", BadHead::FirstLine),
            ("GET / x HTTP/1.1\r\n\r\n", BadHead::Version),
            ("GET / HTTP/2.0\r\n\r\n", BadHead::Version),
            ("GET / HTTP/1.2\r\n\r\n", BadHead::Version),
            ("G(T / HTTP/1.1\r\n\r\n", BadHead::FirstLine),
        ] {
            assert_eq!(
                request(text.as_bytes(), &mut Slots::new()).err(),
                Some(why),
                "{text:?}"
            );
        }
        let many = format!(
            "GET / HTTP/1.1\r\n{}\r\n",
            "a: b\r\n".repeat(HEADERS_MAX + 1)
        );
        assert_eq!(
            request(many.as_bytes(), &mut Slots::new()).err(),
            Some(BadHead::TooManyHeaders)
        );
    }

    #[test]
    fn answers_are_read_as_strictly() {
        let mut slots = Slots::new();
        let head = response(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest", &mut slots)
            .expect("good")
            .expect("complete");
        assert_eq!((head.status, head.minor, head.length), (200, 1, 25));
        for text in [
            "HTTP/1.1 200 OK\nA: b\r\n\r\n",
            "HTTP/1.1 999 X\r\n\r\n",
            "HTTP/1.1 099 X\r\n\r\n",
            "SMTP\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        ] {
            assert!(
                response(text.as_bytes(), &mut Slots::new()).is_err(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn tokens_of_all_lines() {
        let bytes = b"GET / HTTP/1.1\r\nConnection: close, X-A\r\nconnection:,x-b ,\r\n\r\n";
        let mut slots = Slots::new();
        let head = request(bytes, &mut slots).expect("good").expect("complete");
        assert_eq!(
            tokens(head.headers, "connection").collect::<Vec<_>>(),
            [&b"close"[..], b"X-A", b"x-b"]
        );
    }
}
