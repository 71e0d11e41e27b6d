//! The chunked coding (RFC 9112, section 7.1), decoded piece by piece and strictly.

use httparse::Header;

/// Bytes of one chunk's size line beside its digits (extensions).
const LINE_BYTES_MAX: u32 = 1024;
/// Bytes of the trailer section.
const TRAILER_BYTES_MAX: usize = 16 * 1024;
const TRAILER_LINES_MAX: usize = 32;

/// How far a chunked body has been read.
#[derive(Clone, Debug)]
pub struct Chunked {
    state: State,
    /// Size so far while it is read, then the bytes of the chunk that are still to come.
    remaining: u64,
    /// Characters of the line that is read.
    line: u32,
    /// Whether spaces may follow the size: some servers pad it. A client has no reason to.
    padded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    Padding,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Last,
}

/// The next piece of a chunked body, as a place in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// `skip` bytes of framing are done with; more input is needed.
    More { skip: usize },
    /// `length` bytes of data behind `skip` bytes of framing.
    Data { skip: usize, length: usize },
    /// The last chunk; behind `skip` bytes the trailer section begins: see [`trailers`].
    Last { skip: usize },
}

/// The bytes are no chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChunk {
    #[error("a chunk's size is not a plain hexadecimal number")]
    Size,
    #[error("a chunk's size line is too long or malformed")]
    Line,
    #[error("a chunk does not end where its size says")]
    End,
    #[error("the trailer section is malformed or too long")]
    Trailer,
}

impl Chunked {
    /// For a request's body.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            state: State::Size,
            remaining: 0,
            line: 0,
            padded: false,
        }
    }

    /// For an answer's body: the size may be padded with spaces.
    #[must_use]
    pub fn padded() -> Self {
        Self {
            padded: true,
            ..Self::strict()
        }
    }

    /// Reads on. The caller consumes what the piece says before it asks again.
    pub fn next(&mut self, input: &[u8]) -> Result<Piece, BadChunk> {
        let mut at = 0;
        while let Some(byte) = input.get(at) {
            match self.state {
                State::Last => return Ok(Piece::Last { skip: at }),
                State::Data => {
                    let rest = input.len() - at;
                    let length = usize::try_from(self.remaining)
                        .map_or(rest, |remaining| remaining.min(rest));
                    self.remaining -= length as u64;
                    if self.remaining == 0 {
                        self.state = State::DataCr;
                    }
                    return Ok(Piece::Data { skip: at, length });
                }
                _ => self.step(*byte)?,
            }
            at += 1;
        }
        match self.state {
            State::Last => Ok(Piece::Last { skip: at }),
            _ => Ok(Piece::More { skip: at }),
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), BadChunk> {
        self.state = match (self.state, byte) {
            (State::Size, b'\r') if self.line > 0 => State::SizeLf,
            (State::Size, b';') if self.line > 0 => State::Extension,
            (State::Size, b' ' | b'\t') if self.line > 0 && self.padded => State::Padding,
            (State::Size, digit) => {
                let value = char::from(digit).to_digit(16).ok_or(BadChunk::Size)?;
                // Fifteen digits: no overflow, and more than anybody sends.
                if self.line >= 15 {
                    return Err(BadChunk::Size);
                }
                self.remaining = self.remaining * 16 + u64::from(value);
                State::Size
            }
            (State::Padding, b' ' | b'\t') => State::Padding,
            (State::Padding, b'\r') => State::SizeLf,
            (State::Padding, b';') => State::Extension,
            (State::Extension, b'\r') => State::SizeLf,
            (State::Extension, b'\t' | b' '..=b'~') if self.line < LINE_BYTES_MAX => {
                State::Extension
            }
            (State::SizeLf, b'\n') if self.remaining == 0 => State::Last,
            (State::SizeLf, b'\n') => State::Data,
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => {
                *self = Self {
                    padded: self.padded,
                    ..Self::strict()
                };
                return Ok(());
            }
            (State::DataCr | State::DataLf, _) => return Err(BadChunk::End),
            _ => return Err(BadChunk::Line),
        };
        self.line += 1;
        Ok(())
    }
}

/// The trailer section at the beginning of `input`.
#[derive(Debug)]
pub struct Trailers<'b> {
    /// Bytes up to and with the empty line.
    pub length: usize,
    pub headers: Vec<Header<'b>>,
}

/// Reads it; `None` if it is not complete yet.
pub fn trailers(input: &[u8]) -> Result<Option<Trailers<'_>>, BadChunk> {
    if input.starts_with(b"\r\n") {
        return Ok(Some(Trailers {
            length: 2,
            headers: Vec::new(),
        }));
    }
    let mut slots = [httparse::EMPTY_HEADER; TRAILER_LINES_MAX];
    match httparse::parse_headers(input, &mut slots) {
        Ok(httparse::Status::Complete((length, headers))) => {
            let plain = memchr::memchr_iter(b'\n', &input[..length])
                .all(|at| at > 0 && input[at - 1] == b'\r');
            if !plain || length > TRAILER_BYTES_MAX {
                return Err(BadChunk::Trailer);
            }
            Ok(Some(Trailers {
                length,
                headers: headers.to_vec(),
            }))
        }
        Ok(httparse::Status::Partial) if input.len() <= TRAILER_BYTES_MAX => Ok(None),
        _ => Err(BadChunk::Trailer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything at once or in pieces: the data, and what is left behind the last chunk.
    type Decoded = Result<Option<(Vec<u8>, Vec<u8>)>, BadChunk>;

    fn decoded(mut chunked: Chunked, pieces: &[&[u8]]) -> Decoded {
        let (mut data, mut input) = (Vec::new(), Vec::new());
        let mut pieces = pieces.iter();
        loop {
            match chunked.next(&input)? {
                Piece::Data { skip, length } => {
                    data.extend_from_slice(&input[skip..skip + length]);
                    input.drain(..skip + length);
                }
                Piece::Last { skip } => {
                    input.drain(..skip);
                    input.extend(pieces.flat_map(|piece| piece.iter().copied()));
                    return Ok(Some((data, input)));
                }
                Piece::More { skip } => {
                    input.drain(..skip);
                    match pieces.next() {
                        Some(piece) => input.extend_from_slice(piece),
                        None => return Ok(None),
                    }
                }
            }
        }
    }

    #[test]
    fn plain_chunks() {
        let body = b"3\r\nabc\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\n\r\nnext";
        assert_eq!(
            decoded(Chunked::strict(), &[body]),
            Ok(Some((b"abc0123456789".to_vec(), b"\r\nnext".to_vec())))
        );
        assert_eq!(decoded(Chunked::strict(), &[b"3\r\nabc\r\n"]), Ok(None));
        assert_eq!(
            decoded(Chunked::padded(), &[b"3  \r\nabc\r\n0\t\r\n"]),
            Ok(Some((b"abc".to_vec(), vec![])))
        );
    }

    #[test]
    fn whatever_is_not_plain_is_refused() {
        for (body, why) in [
            ("\r\n", BadChunk::Size),
            ("g\r\n", BadChunk::Size),
            ("+3\r\nabc\r\n", BadChunk::Size),
            ("-3\r\nabc\r\n", BadChunk::Size),
            ("0x3\r\nabc\r\n", BadChunk::Size),
            (" 3\r\nabc\r\n", BadChunk::Size),
            ("3 \r\nabc\r\n", BadChunk::Size),
            ("3\nabc\r\n", BadChunk::Size),
            (";x\r\n", BadChunk::Size),
            ("1000000000000000\r\n", BadChunk::Size),
            ("3;a\nb\r\nabc\r\n", BadChunk::Line),
            ("3;a\0\r\nabc\r\n", BadChunk::Line),
            ("3\r\rabc\r\n", BadChunk::Line),
            ("3\r\nabcd\r\n", BadChunk::End),
            ("3\r\nabc\n", BadChunk::End),
            ("3\r\nabc0\r\n\r\n", BadChunk::End),
        ] {
            assert_eq!(
                decoded(Chunked::strict(), &[body.as_bytes()]),
                Err(why),
                "{body:?}"
            );
        }
        let long = format!("3;{}\r\n", "x".repeat(2000));
        assert_eq!(
            decoded(Chunked::strict(), &[long.as_bytes()]),
            Err(BadChunk::Line)
        );
    }

    #[test]
    fn trailer_sections() {
        assert_eq!(
            trailers(b"\r\nnext")
                .map(|found| found.map(|found| (found.length, found.headers.len()))),
            Ok(Some((2, 0)))
        );
        assert_eq!(
            trailers(b"A: b\r\nC: d\r\n\r\nnext")
                .map(|found| found.map(|found| (found.length, found.headers.len()))),
            Ok(Some((14, 2)))
        );
        assert!(matches!(trailers(b"A: b\r\n"), Ok(None)));
        assert!(matches!(trailers(b"\r"), Ok(None)));
        for bad in [
            &b"A: b\n\r\n"[..],
            b"A : b\r\n\r\n",
            b"\n",
            b"A\r\n\r\n",
            b"A: b\r\n c\r\n\r\n",
        ] {
            assert!(trailers(bad).is_err(), "{bad:?}");
        }
        assert!(trailers("A: b\r\n".repeat(5000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn cutting_changes_nothing(
            parts in prop::collection::vec(prop::sample::select(vec!["3\r\nabc\r\n", "1;x\r\na\r\n", "0\r\n", "\r\n", "5\r\nhello", "\r", "\n", "f", ";", "x"]), 0..12),
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let text = parts.concat().into_bytes();
            let mut ends: Vec<usize> = places.iter().map(|place| place.index(text.len() + 1)).chain([0, text.len()]).collect();
            ends.sort_unstable();
            let cut: Vec<&[u8]> = ends.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decoded(Chunked::strict(), &cut), decoded(Chunked::strict(), &[&text]));
        }

        #[test]
        fn what_is_encoded_is_decoded(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..8)) {
            let mut body = Vec::new();
            for piece in &pieces {
                crate::write::chunk_size(&mut body, piece.len());
                body.extend_from_slice(piece);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"0\r\n\r\n");
            prop_assert_eq!(decoded(Chunked::strict(), &[&body]), Ok(Some((pieces.concat(), b"\r\n".to_vec()))));
        }
    }
}
