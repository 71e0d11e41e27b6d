//! Heads of requests and answers: what is accepted has one reading, whoever reads it.

use postern_h1::{self as h1, HEADERS_MAX, Header, Slots};

/// How many places a head is cut at, to see that its beginning is no head yet.
const CUTS_MAX: usize = 64;

pub fn check(bytes: &[u8]) {
    request(bytes);
    response(bytes);
}

fn request(bytes: &[u8]) {
    let mut slots = Slots::new();
    let read = h1::request(bytes, &mut slots);
    let plain = Plain::read(bytes);
    let Ok(Some(head)) = read else {
        if let Some(plain) = plain.filter(Plain::is_request) {
            assert!(
                plain.lines.len() > HEADERS_MAX,
                "a plain head is not read: {read:?}"
            );
        }
        return;
    };
    let plain = plain.expect("an accepted head is plain lines");
    assert_eq!(head.length, plain.length, "where the head ends");
    let version = format!("HTTP/1.{}", head.minor);
    let first = format!("{} {} {version}", head.method, head.target);
    assert_eq!(plain.first, first.as_bytes());
    plain.assert_lines(head.headers);

    // The tokenizer by itself, asked in its usual way, reads the same.
    let mut other_slots = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut other = httparse::Request::new(&mut other_slots);
    assert_eq!(
        other.parse(bytes),
        Ok(httparse::Status::Complete(head.length))
    );
    assert_eq!(
        (other.method, other.path, other.version),
        (Some(head.method), Some(head.target), Some(head.minor))
    );
    assert_eq!(other.headers, head.headers);

    let body = h1::request_body(head.headers, head.minor);
    one_length(head.headers, body);

    // Written by us, read by us: the same head, and as long a body.
    let mut written = format!("{first}\r\n").into_bytes();
    let mut slots = Slots::new();
    let again = rewritten(&mut written, head.headers);
    let again = h1::request(again, &mut slots)
        .expect("what we write is a head")
        .expect("a whole one");
    assert_eq!(
        (again.method, again.target, again.minor),
        (head.method, head.target, head.minor)
    );
    assert_eq!(again.headers, head.headers);
    assert_eq!(h1::request_body(again.headers, again.minor), body);

    for cut in cuts(head.length) {
        let mut slots = Slots::new();
        let begun = h1::request(&bytes[..cut], &mut slots);
        assert!(
            matches!(begun, Ok(None)),
            "{cut} of {} bytes: {begun:?}",
            head.length
        );
    }
}

fn response(bytes: &[u8]) {
    let mut slots = Slots::new();
    let Ok(Some(head)) = h1::response(bytes, &mut slots) else {
        return;
    };
    let plain = Plain::read(bytes).expect("an accepted head is plain lines");
    assert_eq!(head.length, plain.length, "where the head ends");
    plain.assert_lines(head.headers);
    let mut written = format!("HTTP/1.{} {} \r\n", head.minor, head.status).into_bytes();
    let mut slots = Slots::new();
    let again = rewritten(&mut written, head.headers);
    let again = h1::response(again, &mut slots)
        .expect("what we write is a head")
        .expect("a whole one");
    assert_eq!((again.status, again.minor), (head.status, head.minor));
    assert_eq!(again.headers, head.headers);
    for to_head in [false, true] {
        assert_eq!(
            h1::response_body(again.headers, again.minor, again.status, to_head),
            h1::response_body(head.headers, head.minor, head.status, to_head)
        );
    }
    for cut in cuts(head.length) {
        let mut slots = Slots::new();
        let begun = h1::response(&bytes[..cut], &mut slots);
        assert!(
            matches!(begun, Ok(None)),
            "{cut} of {} bytes: {begun:?}",
            head.length
        );
    }
}

/// A length is taken from one header and from nothing else.
fn one_length(headers: &[Header<'_>], body: Result<h1::RequestBody, h1::BadFraming>) {
    let named = |name: &str| {
        headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
            .collect::<Vec<_>>()
    };
    let (lengths, codings) = (named("content-length"), named("transfer-encoding"));
    match body {
        Ok(h1::RequestBody::Chunked) => {
            assert!(lengths.is_empty());
            assert!(matches!(&codings[..], [one] if one.eq_ignore_ascii_case(b"chunked")));
        }
        Ok(h1::RequestBody::Length(length)) => {
            assert!(codings.is_empty() && length > 0);
            assert!(
                matches!(&lengths[..], [one] if std::str::from_utf8(one).is_ok_and(|text| text.parse() == Ok(length)))
            );
        }
        Ok(h1::RequestBody::Empty) => {
            assert!(codings.is_empty());
            assert!(lengths.is_empty() || lengths[0].iter().all(|digit| *digit == b'0'));
            assert!(lengths.len() <= 1);
        }
        Err(_) => assert!(!lengths.is_empty() || !codings.is_empty()),
    }
}

fn rewritten<'w>(written: &'w mut Vec<u8>, headers: &[Header<'_>]) -> &'w [u8] {
    for header in headers {
        h1::header(written, header.name.as_bytes(), header.value);
    }
    written.extend_from_slice(b"\r\n");
    written
}

fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..length)
        .step_by(length / CUTS_MAX + 1)
        .chain([length - 1])
}

/// A head as a naive reader has it: lines, split where CR LF stands and nowhere else.
struct Plain<'b> {
    first: &'b [u8],
    lines: Vec<(&'b [u8], &'b [u8])>,
    length: usize,
}

impl<'b> Plain<'b> {
    fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut at = 0;
        while bytes[at..].starts_with(b"\r\n") {
            at += 2;
        }
        let first = line(bytes, &mut at)?;
        let mut lines = Vec::new();
        loop {
            let line = line(bytes, &mut at)?;
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = (&line[..colon], &line[colon + 1..]);
            if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
                return None;
            }
            if !value.iter().all(|byte| is_text(*byte)) {
                return None;
            }
            lines.push((name, trimmed(value)));
        }
        Some(Self {
            first,
            lines,
            length: at,
        })
    }

    fn is_request(&self) -> bool {
        let parts: Vec<&[u8]> = self.first.split(|byte| *byte == b' ').collect();
        let [method, target, version] = parts[..] else {
            return false;
        };
        !method.is_empty()
            && method.iter().all(|byte| is_token(*byte))
            && !target.is_empty()
            && target.iter().all(u8::is_ascii_graphic)
            && matches!(version, b"HTTP/1.0" | b"HTTP/1.1")
    }

    fn assert_lines(&self, headers: &[Header<'_>]) {
        let read: Vec<_> = headers
            .iter()
            .map(|header| (header.name.as_bytes(), header.value))
            .collect();
        assert_eq!(self.lines, read);
    }
}

/// The line at `at` without its end; `None` if it has none, or holds a bare CR or LF.
fn line<'b>(bytes: &'b [u8], at: &mut usize) -> Option<&'b [u8]> {
    let rest = &bytes[*at..];
    let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    if !rest[length..].starts_with(b"\r\n") {
        return None;
    }
    *at += length + 2;
    Some(&rest[..length])
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// RFC 9110, section 5.5.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
