//! Chunked bodies: one reading, however they arrive, and the one that a naive reader has.

use postern_h1::{Chunked, Piece, chunk_size, trailers};

/// The first byte says where the rest is cut, so that the fuzzer can move the cut.
pub fn check(bytes: &[u8]) {
    let Some((cut, body)) = bytes.split_first() else {
        return;
    };
    let cut = usize::from(*cut).min(body.len());
    for (chunked, padded) in [(Chunked::strict(), false), (Chunked::padded(), true)] {
        let whole = decoded(chunked.clone(), &[body]);
        let halves = decoded(chunked.clone(), &[&body[..cut], &body[cut..]]);
        let bytewise: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(whole, halves, "cut at {cut}");
        assert_eq!(whole, decoded(chunked, &bytewise), "byte by byte");
        assert_eq!(whole, naive(body, padded), "by somebody else");
        if let Decoded::All { data, .. } = &whole {
            encoded_again(data, cut);
        }
    }
    if let all @ Decoded::All { .. } = decoded(Chunked::strict(), &[body]) {
        assert_eq!(
            all,
            decoded(Chunked::padded(), &[body]),
            "padding is optional"
        );
    }
    trailer_section(body);
}

#[derive(Debug, PartialEq, Eq)]
enum Decoded {
    Bad,
    More,
    /// The data, and the bytes behind the last chunk's size line.
    All {
        data: Vec<u8>,
        rest: Vec<u8>,
    },
}

fn decoded(mut chunked: Chunked, pieces: &[&[u8]]) -> Decoded {
    let (mut data, mut input) = (Vec::new(), Vec::new());
    let mut pieces = pieces.iter();
    loop {
        match chunked.next(&input) {
            Err(_) => return Decoded::Bad,
            Ok(Piece::Data { skip, length }) => {
                assert!(length > 0, "a piece of nothing is never ended");
                data.extend_from_slice(&input[skip..skip + length]);
                input.drain(..skip + length);
            }
            Ok(Piece::Last { skip }) => {
                input.drain(..skip);
                input.extend(pieces.flat_map(|piece| piece.iter().copied()));
                return Decoded::All { data, rest: input };
            }
            Ok(Piece::More { skip }) => {
                input.drain(..skip);
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return Decoded::More,
                }
            }
        }
    }
}

/// RFC 9112, section 7.1, read line by line: quoted strings are not looked into, and no control byte is let through.
fn naive(mut body: &[u8], padded: bool) -> Decoded {
    let mut data = Vec::new();
    loop {
        let digits = body
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        if digits > 15 {
            return Decoded::Bad;
        }
        let (size, rest) = body.split_at(digits);
        if rest.is_empty() {
            return Decoded::More;
        }
        if digits == 0 {
            return Decoded::Bad;
        }
        let padding = match padded {
            true => rest
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count(),
            false => 0,
        };
        let rest = &rest[padding..];
        let extension = match rest.first() {
            Some(b';') => rest
                .iter()
                .take_while(|byte| matches!(byte, b'\t' | b' '..=b'~'))
                .count(),
            _ => 0,
        };
        // What fits is for the decoder to say; here nothing is longer than the fuzzer's inputs.
        if digits + padding + extension > 1024 {
            return decoded_by_limit(body, padded);
        }
        let rest = match &rest[extension..] {
            [b'\r', b'\n', rest @ ..] => rest,
            [] | [b'\r'] => return Decoded::More,
            _ => return Decoded::Bad,
        };
        let text = std::str::from_utf8(size).expect("hexadecimal digits are text");
        let size = usize::from_str_radix(text, 16).expect("fifteen digits fit");
        if size == 0 {
            return Decoded::All {
                data,
                rest: rest.to_vec(),
            };
        }
        data.extend_from_slice(&rest[..size.min(rest.len())]);
        let Some(rest) = rest.get(size..) else {
            return Decoded::More;
        };
        body = match rest {
            [b'\r', b'\n', rest @ ..] => rest,
            [] | [b'\r'] => return Decoded::More,
            _ => return Decoded::Bad,
        };
    }
}

/// A line beyond the limit: the decoder's own verdict stands.
fn decoded_by_limit(body: &[u8], padded: bool) -> Decoded {
    let chunked = if padded {
        Chunked::padded()
    } else {
        Chunked::strict()
    };
    decoded(chunked, &[body])
}

fn encoded_again(data: &[u8], size: usize) {
    let mut body = Vec::new();
    for piece in data.chunks(size.max(1)) {
        chunk_size(&mut body, piece.len());
        body.extend_from_slice(piece);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    let want = Decoded::All {
        data: data.to_vec(),
        rest: b"\r\n".to_vec(),
    };
    assert_eq!(decoded(Chunked::strict(), &[&body]), want, "what we write");
}

fn trailer_section(bytes: &[u8]) {
    let Ok(Some(read)) = trailers(bytes) else {
        return;
    };
    let section = &bytes[..read.length];
    assert!(section.ends_with(b"\r\n"));
    for (at, _) in section
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
    {
        assert!(at > 0 && section[at - 1] == b'\r', "a bare line feed");
    }
    for cut in 0..read.length {
        let begun = trailers(&bytes[..cut]);
        assert!(
            matches!(begun, Ok(None)),
            "{cut} of {}: {begun:?}",
            read.length
        );
    }
    let mut written = Vec::new();
    for header in &read.headers {
        postern_h1::header(&mut written, header.name.as_bytes(), header.value);
    }
    written.extend_from_slice(b"\r\n");
    let again = trailers(&written)
        .expect("what we write is a trailer section")
        .expect("a whole one");
    assert_eq!(again.headers, read.headers);
}
