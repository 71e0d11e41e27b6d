//! Content codings that an upstream applied although identity was asked for: taken off so that the scrub sees the text.
//! Output is made in bounded pieces, whatever the ratio of compression.

use std::collections::VecDeque;
use std::io::{self, Read};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

const PIECE_BYTES: usize = 16 * 1024;

/// What an answer's `Content-Encoding` means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    /// Cannot be looked into, so it cannot be passed on beside a secret.
    Opaque,
}

impl Coding {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .fold(Self::Identity, |coding, value| coding.and(value.as_bytes()))
    }

    /// This coding and those that a further header value lists.
    pub(crate) fn and(self, value: &[u8]) -> Self {
        let mut coding = self;
        for token in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let next = match token.to_ascii_lowercase().as_slice() {
                b"" | b"identity" => continue,
                b"gzip" | b"x-gzip" => Self::Gzip,
                b"deflate" => Self::Deflate,
                b"br" => Self::Brotli,
                _ => Self::Opaque,
            };
            // Codings on top of each other are nobody's honest answer to `identity`.
            coding = if coding == Self::Identity {
                next
            } else {
                Self::Opaque
            };
        }
        coding
    }
}

/// A decoder that is fed pieces and asked for pieces.
pub(crate) struct Decoder {
    reader: Reader,
}

enum Reader {
    Gzip(Box<flate2::read::MultiGzDecoder<Feed>>),
    Zlib(Box<flate2::read::ZlibDecoder<Feed>>),
    Raw(Box<flate2::read::DeflateDecoder<Feed>>),
    /// `deflate` before its first byte, which tells zlib (RFC 1950) from raw deflate (RFC 1951), as some servers send it.
    Undecided(Feed),
    Brotli(Box<brotli_decompressor::Decompressor<Feed>>),
}

impl Decoder {
    /// `None` for codings that need none or have none.
    pub(crate) fn new(coding: Coding) -> Option<Self> {
        let feed = Feed::default();
        let reader = match coding {
            Coding::Identity | Coding::Opaque => return None,
            Coding::Gzip => Reader::Gzip(Box::new(flate2::read::MultiGzDecoder::new(feed))),
            Coding::Deflate => Reader::Undecided(feed),
            Coding::Brotli => Reader::Brotli(Box::new(brotli_decompressor::Decompressor::new(
                feed,
                PIECE_BYTES,
            ))),
        };
        Some(Self { reader })
    }

    fn feed(&mut self) -> &mut Feed {
        match &mut self.reader {
            Reader::Gzip(reader) => reader.get_mut(),
            Reader::Zlib(reader) => reader.get_mut(),
            Reader::Raw(reader) => reader.get_mut(),
            Reader::Undecided(feed) => feed,
            Reader::Brotli(reader) => reader.get_mut(),
        }
    }

    pub(crate) fn push(&mut self, piece: Bytes) {
        self.feed().pieces.push_back(piece);
    }

    pub(crate) fn end(&mut self) {
        self.feed().ended = true;
    }

    /// The next decoded piece; `Ok(None)` if more has to be pushed, an empty piece at the end.
    pub(crate) fn pull(&mut self) -> io::Result<Option<Bytes>> {
        if let Reader::Undecided(feed) = &mut self.reader {
            let first = feed.pieces.iter().find_map(|piece| piece.first().copied());
            let feed = match first {
                None if feed.ended => return Ok(Some(Bytes::new())),
                None => return Ok(None),
                Some(_) => std::mem::take(feed),
            };
            // The low nibble of a zlib header is 8: the deflate method.
            self.reader = if first.is_some_and(|byte| byte & 0x0f == 8) {
                Reader::Zlib(Box::new(flate2::read::ZlibDecoder::new(feed)))
            } else {
                Reader::Raw(Box::new(flate2::read::DeflateDecoder::new(feed)))
            };
        }
        let mut out = BytesMut::zeroed(PIECE_BYTES);
        let read = match &mut self.reader {
            Reader::Gzip(reader) => reader.read(&mut out),
            Reader::Zlib(reader) => reader.read(&mut out),
            Reader::Raw(reader) => reader.read(&mut out),
            Reader::Brotli(reader) => reader.read(&mut out),
            Reader::Undecided(_) => return Ok(None),
        };
        match read {
            Ok(length) => {
                out.truncate(length);
                Ok(Some(out.freeze()))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Compressed bytes that have come so far, as a reader that would block rather than end.
#[derive(Default)]
struct Feed {
    pieces: VecDeque<Bytes>,
    ended: bool,
}

impl Read for Feed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.pieces.front_mut() {
            if piece.is_empty() {
                self.pieces.pop_front();
                continue;
            }
            let length = piece.len().min(out.len());
            piece.copy_to_slice(&mut out[..length]);
            return Ok(length);
        }
        if self.ended {
            Ok(0)
        } else {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn decoded(coding: Coding, packed: &[u8], step: usize) -> io::Result<Vec<u8>> {
        let mut decoder = Decoder::new(coding).expect("a coding");
        let mut out = Vec::new();
        let mut pieces = packed.chunks(step);
        loop {
            match decoder.pull()? {
                Some(piece) if piece.is_empty() => return Ok(out),
                Some(piece) => {
                    assert!(piece.len() <= PIECE_BYTES);
                    out.extend_from_slice(&piece);
                }
                None => match pieces.next() {
                    Some(piece) => decoder.push(Bytes::copy_from_slice(piece)),
                    None => decoder.end(),
                },
            }
        }
    }

    fn packed(coding: Coding, text: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        match coding {
            Coding::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
                writer.write_all(text).expect("memory");
                writer.finish().expect("memory")
            }
            _ => {
                let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), level);
                writer.write_all(text).expect("memory");
                writer.finish().expect("memory")
            }
        }
    }

    #[test]
    fn whatever_the_pieces() {
        let text: Vec<u8> = (0..200_000_u32)
            .flat_map(|number| (number % 977).to_le_bytes())
            .collect();
        for coding in [Coding::Gzip, Coding::Deflate] {
            let packed = packed(coding, &text);
            for step in [1, 7, 4096, usize::MAX] {
                assert_eq!(
                    decoded(coding, &packed, step).expect("valid"),
                    text,
                    "{coding:?} {step}"
                );
            }
        }
        let mut raw =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        raw.write_all(&text).expect("memory");
        assert_eq!(
            decoded(Coding::Deflate, &raw.finish().expect("memory"), 100).expect("valid"),
            text
        );
    }

    #[test]
    fn brotli() {
        let packed = [
            0x8b, 0x0f, 0x80, 0x7b, 0x22, 0x74, 0x6f, 0x6b, 0x65, 0x6e, 0x22, 0x3a, 0x22, 0x73,
            0x33, 0x63, 0x72, 0x65, 0x74, 0x2d, 0x73, 0x33, 0x63, 0x72, 0x65, 0x74, 0x2d, 0x73,
            0x33, 0x63, 0x72, 0x65, 0x74, 0x22, 0x7d, 0x03,
        ];
        for step in [1, 5, usize::MAX] {
            let out = decoded(Coding::Brotli, &packed, step).expect("valid");
            assert_eq!(out, br#"{"token":"s3cret-s3cret-s3cret"}"#);
        }
    }

    #[test]
    fn broken_input_is_an_error_not_an_end() {
        let mut packed = packed(Coding::Gzip, b"hello hello hello");
        packed.truncate(packed.len() - 9);
        assert!(decoded(Coding::Gzip, &packed, 5).is_err());
        assert!(decoded(Coding::Gzip, b"not gzip at all", 5).is_err());
    }

    #[test]
    fn codings_are_read_strictly() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, http::HeaderValue::from_static(value));
            }
            Coding::of(&headers)
        };
        assert_eq!(of(&[]), Coding::Identity);
        assert_eq!(of(&["identity"]), Coding::Identity);
        assert_eq!(of(&["GZip"]), Coding::Gzip);
        assert_eq!(of(&["br"]), Coding::Brotli);
        assert_eq!(of(&["identity, deflate"]), Coding::Deflate);
        assert_eq!(of(&["gzip, gzip"]), Coding::Opaque);
        assert_eq!(of(&["gzip", "br"]), Coding::Opaque);
        assert_eq!(of(&["zstd"]), Coding::Opaque);
    }
}
