//! The body of an answer on the short way: masked where it lies, taken piece by piece.

use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use postern_apps::{Needles, Origin};
use postern_h1::{self as h1, Buffer, Chunked, Piece, ResponseBody};
use tokio::time::Instant;

use super::head::Head;
use super::link::{INPUT_BYTES, RawLink};
use crate::alarm::Alarm;
use crate::decode::Decoder;
use crate::error::AnswerError;
use crate::headers;
use crate::pool::Pool;
use crate::scrub::Masker;

/// Read at once while a large body streams.
const LARGE_INPUT_BYTES: usize = 64 * 1024;

/// How long the body is that will be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// The status or the method allow none; a length may be announced all the same.
    None {
        announced: Option<u64>,
    },
    Length(u64),
    /// It ends where it ends.
    Open,
}

/// An answer whose head has been read.
pub struct RawAnswer {
    status: u16,
    body: RawBody,
    framing: Framing,
    keep: bool,
    decoder: Option<Box<Decoder>>,
    masker: Option<Masker>,
    needles: Option<Arc<Needles>>,
    /// Decoded bytes; unused while bytes can be passed on where they lie.
    decoded: Buffer,
    /// Bytes at the beginning of what was read that may leave.
    ready: usize,
    trailers: Vec<u8>,
    link: RawLink,
    origin: Arc<Origin>,
    pool: Arc<Pool<RawLink>>,
    idle: Duration,
}

enum Framing {
    Length(u64),
    UntilClose,
    Chunked(Chunked),
    /// The trailer section follows.
    Trailers,
    Ended,
}

impl RawAnswer {
    pub(super) fn new(
        head: Head,
        link: RawLink,
        origin: Arc<Origin>,
        pool: Arc<Pool<RawLink>>,
        idle: Duration,
    ) -> Self {
        let framing = match head.body {
            ResponseBody::None | ResponseBody::Length(0) => Framing::Ended,
            ResponseBody::Length(length) => Framing::Length(length),
            ResponseBody::UntilClose => Framing::UntilClose,
            ResponseBody::Chunked => Framing::Chunked(Chunked::padded()),
        };
        let body = match head.body {
            ResponseBody::None => RawBody::None {
                announced: head.announced,
            },
            _ if head.withheld => RawBody::Length(0),
            ResponseBody::Length(length) if head.decoder.is_none() => RawBody::Length(length),
            _ => RawBody::Open,
        };
        let mut answer = Self {
            status: head.status,
            body,
            framing,
            keep: head.keep,
            decoder: head.decoder.map(Box::new),
            masker: head.masker,
            needles: head.needles,
            decoded: Buffer::default(),
            ready: 0,
            trailers: Vec::new(),
            link,
            origin,
            pool,
            idle,
        };
        if head.withheld {
            // What is thrown away is not read either.
            answer.framing = Framing::Ended;
            answer.keep = false;
        }
        if matches!(answer.framing, Framing::Length(length) if length > INPUT_BYTES as u64) {
            answer.link.input.grow(LARGE_INPUT_BYTES);
        }
        answer
    }

    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    #[must_use]
    pub fn body(&self) -> RawBody {
        self.body
    }

    fn in_place(&self) -> bool {
        self.decoder.is_none() && matches!(self.framing, Framing::Length(_) | Framing::UntilClose)
    }

    /// Bytes that may leave now.
    #[must_use]
    pub fn piece(&self) -> &[u8] {
        let from = if self.in_place() {
            &self.link.input
        } else {
            &self.decoded
        };
        &from.filled()[..self.ready]
    }

    /// `length` bytes of the piece have left.
    pub fn consume(&mut self, length: usize) {
        let length = length.min(self.ready);
        self.ready -= length;
        if !self.in_place() {
            self.decoded.consume(length);
            return;
        }
        self.link.input.consume(length);
        if let Framing::Length(rest) = &mut self.framing {
            *rest -= length as u64;
            if *rest == 0 {
                self.framing = Framing::Ended;
            }
        }
    }

    /// Waits until there is a piece (`true`) or the body has ended (`false`).
    pub fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        alarm: &mut Alarm,
    ) -> Poll<Result<bool, AnswerError>> {
        let mut waiting = false;
        loop {
            if self.ready > 0 {
                return Poll::Ready(Ok(true));
            }
            if self.advance()? {
                continue;
            }
            if matches!(self.framing, Framing::Ended) && self.decoder.is_none() {
                return Poll::Ready(Ok(false));
            }
            if !waiting {
                waiting = true;
                alarm.set(self.idle);
            }
            if self.link.input.room().is_empty() {
                self.link.input.grow(self.link.input.capacity() * 2);
            }
            let Poll::Ready(read) = self.link.poll_read(cx) else {
                ready!(alarm.poll(cx));
                return Poll::Ready(Err(AnswerError::Idle));
            };
            match read.map_err(|error| AnswerError::Broken(error.into()))? {
                0 => self.closed()?,
                _ => waiting = false,
            }
        }
    }

    /// The upstream closed: the end of a body without a length, a broken one otherwise.
    fn closed(&mut self) -> Result<(), AnswerError> {
        self.keep = false;
        if !matches!(self.framing, Framing::UntilClose) {
            return Err(AnswerError::Broken(
                "closed before the body was whole".into(),
            ));
        }
        if self.decoder.is_some() {
            self.framing = Framing::Ended;
            return self.decode(true).map(drop);
        }
        // What was held back leaves as it is: nothing can complete it any more.
        self.decoded = std::mem::take(&mut self.link.input);
        self.framing = Framing::Ended;
        self.ready = match &mut self.masker {
            Some(masker) => masker.mask(self.decoded.filled_mut(), true),
            None => self.decoded.filled().len(),
        };
        Ok(())
    }

    /// Uses what was read; `false` if more has to be read (or nothing is left to do).
    fn advance(&mut self) -> Result<bool, AnswerError> {
        if self.in_place() {
            let available = match &self.framing {
                Framing::Length(rest) => usize::try_from(*rest)
                    .unwrap_or(usize::MAX)
                    .min(self.link.input.filled().len()),
                _ => self.link.input.filled().len(),
            };
            let whole = matches!(&self.framing, Framing::Length(rest) if *rest == available as u64);
            self.ready = match &mut self.masker {
                Some(masker) => masker.mask(&mut self.link.input.filled_mut()[..available], whole),
                None => available,
            };
            return Ok(self.ready > 0);
        }
        match &mut self.framing {
            Framing::Length(rest) => {
                // Compressed, with a length.
                let available = usize::try_from(*rest)
                    .unwrap_or(usize::MAX)
                    .min(self.link.input.filled().len());
                *rest -= available as u64;
                let ended = *rest == 0;
                if ended {
                    self.framing = Framing::Ended;
                }
                self.take(available);
                self.decode(ended)
            }
            Framing::UntilClose => {
                self.take(self.link.input.filled().len());
                self.decode(false)
            }
            Framing::Chunked(chunked) => {
                let piece = chunked
                    .next(self.link.input.filled())
                    .map_err(|error| AnswerError::Broken(error.into()))?;
                match piece {
                    Piece::More { skip } => {
                        self.link.input.consume(skip);
                        self.decode(false)
                    }
                    Piece::Data { skip, length } => {
                        self.link.input.consume(skip);
                        self.take(length);
                        self.decode(false)?;
                        Ok(true)
                    }
                    Piece::Last { skip } => {
                        self.link.input.consume(skip);
                        self.framing = Framing::Trailers;
                        Ok(true)
                    }
                }
            }
            Framing::Trailers => self.read_trailers(),
            Framing::Ended => self.decode(true),
        }
    }

    /// Moves `length` bytes of input to where decoded bytes gather, or into the decoder.
    fn take(&mut self, length: usize) {
        if length == 0 {
            return;
        }
        let bytes = &self.link.input.filled()[..length];
        match &mut self.decoder {
            Some(decoder) => decoder.push(Bytes::copy_from_slice(bytes)),
            None => self.decoded.extend(bytes),
        }
        self.link.input.consume(length);
    }

    /// Decodes what there is and masks it; `true` if something may leave. With `ended`, everything does.
    fn decode(&mut self, ended: bool) -> Result<bool, AnswerError> {
        let mut last = ended;
        if let Some(decoder) = &mut self.decoder {
            if ended {
                decoder.end();
            }
            match decoder.pull().map_err(AnswerError::Encoding)? {
                Some(piece) if piece.is_empty() => self.decoder = None,
                Some(piece) => {
                    self.decoded.extend(&piece);
                    last = false;
                }
                None => last = false,
            }
        }
        self.ready = match &mut self.masker {
            Some(masker) => masker.mask(self.decoded.filled_mut(), last),
            None => self.decoded.filled().len(),
        };
        Ok(self.ready > 0)
    }

    fn read_trailers(&mut self) -> Result<bool, AnswerError> {
        let broken = |error: h1::BadChunk| AnswerError::Broken(error.into());
        let Some(section) = h1::trailers(self.link.input.filled()).map_err(broken)? else {
            return Ok(false);
        };
        for header in &section.headers {
            let name = header.name.as_bytes();
            if headers::is_hop_by_hop_name(name)
                || name.eq_ignore_ascii_case(b"content-length")
                || name.eq_ignore_ascii_case(b"set-cookie")
            {
                continue;
            }
            let start = self.trailers.len() + name.len() + 2;
            h1::header(&mut self.trailers, name, header.value);
            if let Some(needles) = &self.needles {
                needles.find_all(header.value, |place| {
                    self.trailers[start + place.start..start + place.end].fill(b'*')
                });
            }
        }
        let length = section.length;
        self.link.input.consume(length);
        self.framing = Framing::Ended;
        self.decode(true)?;
        Ok(true)
    }

    /// Lines of the trailer section, once the body has ended.
    #[must_use]
    pub fn trailers(&self) -> &[u8] {
        &self.trailers
    }

    /// The answer has left: the connection goes back to its pool if it can be used again.
    pub fn finish(mut self, now: Instant) {
        let whole = matches!(self.framing, Framing::Ended) && self.decoder.is_none();
        if !self.keep || !whole || !self.link.input.is_empty() {
            return;
        }
        if self.link.input.capacity() > INPUT_BYTES {
            self.link.input = Buffer::with_capacity(INPUT_BYTES);
        }
        self.pool.put(&self.origin, self.link, now);
    }
}
