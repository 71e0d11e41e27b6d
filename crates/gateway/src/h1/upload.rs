//! A request's body on its way from the client to whoever answers the long way: read as fast as it is taken, and bounded.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use postern_egress::{Body, BodyTooLarge, BoxError};
use postern_h1::{Buffer, Chunked, Piece, RequestBody, trailers};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use super::SHORT_BODY_BYTES_MAX;
use super::client::Client;

/// Pieces on their way at a time.
const PIECES_MAX: usize = 2;
/// Read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// The state of one upload.
pub(super) struct Upload {
    state: State,
    sender: PollSender<Result<Bytes, BoxError>>,
    sent: u64,
    limit_bytes: u64,
    /// The client waits for a word before it sends.
    asks_first: bool,
    /// Whoever read the body has gone. The rest of a small one is thrown away, so that the next request can follow.
    unread: bool,
}

enum State {
    Length(u64),
    Chunked(Chunked),
    Trailers,
    /// All of it was read.
    Whole,
    /// The rest is still on the wire, and nobody wants it.
    Abandoned,
}

impl Upload {
    /// The upload and the body that it feeds; `None` for a request without a body.
    pub(super) fn start(
        body: RequestBody,
        limit_bytes: u64,
        asks_first: bool,
    ) -> (Option<Self>, Body) {
        let (state, length) = match body {
            RequestBody::Empty => return (None, Body::empty()),
            RequestBody::Length(length) => (State::Length(length), Some(length)),
            RequestBody::Chunked => (State::Chunked(Chunked::strict()), None),
        };
        let (sender, receiver) = mpsc::channel(PIECES_MAX);
        let upload = Self {
            state,
            sender: PollSender::new(sender),
            sent: 0,
            limit_bytes,
            asks_first,
            unread: false,
        };
        (Some(upload), Body::piped(receiver, length))
    }

    /// The client's next bytes are its next request.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.state, State::Whole)
    }

    /// Moves on as far as it can; ready when nothing is left to do.
    pub(super) fn poll<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client<S>,
        input: &mut Buffer,
    ) -> Poll<()> {
        loop {
            match self.state {
                State::Whole | State::Abandoned => return Poll::Ready(()),
                _ => {}
            }
            if !self.unread && ready!(self.sender.poll_reserve(cx)).is_err() {
                self.unread = true;
            }
            if self.unread && !self.worth_finishing() {
                self.state = State::Abandoned;
                continue;
            }
            match self.piece(input) {
                Ok(Some(piece)) => self.send(piece),
                Ok(None) if matches!(self.state, State::Whole) => self.close(),
                Ok(None) => ready!(self.read(cx, client, input)),
                Err(error) => self.fail(error),
            }
        }
    }

    fn send(&mut self, piece: Bytes) {
        self.sent += piece.len() as u64;
        if self.sent > self.limit_bytes {
            return self.fail(
                BodyTooLarge {
                    limit_bytes: self.limit_bytes,
                }
                .into(),
            );
        }
        if !self.unread && self.sender.send_item(Ok(piece)).is_err() {
            self.unread = true;
        }
        if matches!(self.state, State::Length(0)) {
            self.state = State::Whole;
            self.close();
        }
    }

    /// Of a body that nobody reads: whether reading its rest is less than a new connection.
    fn worth_finishing(&self) -> bool {
        let rest = match self.state {
            State::Length(rest) => rest,
            _ => 0,
        };
        !self.asks_first && self.sent.saturating_add(rest) <= SHORT_BODY_BYTES_MAX
    }

    /// Ends the body for whoever reads it. A place that was reserved and not used would keep it open.
    fn close(&mut self) {
        self.sender.abort_send();
        self.sender.close();
    }

    fn fail(&mut self, error: BoxError) {
        // Whoever reads the body may be gone, which is as good.
        drop(self.sender.send_item(Err(error)));
        self.close();
        self.state = State::Abandoned;
    }

    /// The next piece of the body in what was read.
    fn piece(&mut self, input: &mut Buffer) -> Result<Option<Bytes>, BoxError> {
        match &mut self.state {
            State::Length(rest) => {
                let length = usize::try_from(*rest)
                    .unwrap_or(usize::MAX)
                    .min(input.filled().len());
                *rest -= length as u64;
                Ok(taken(input, length))
            }
            State::Chunked(chunked) => match chunked.next(input.filled())? {
                Piece::More { skip } => {
                    input.consume(skip);
                    Ok(None)
                }
                Piece::Data { skip, length } => {
                    input.consume(skip);
                    Ok(taken(input, length))
                }
                Piece::Last { skip } => {
                    input.consume(skip);
                    self.state = State::Trailers;
                    self.piece(input)
                }
            },
            // A caller's trailers are read and dropped: what follows a body could otherwise pose as a header.
            State::Trailers => {
                if let Some(section) = trailers(input.filled())? {
                    let length = section.length;
                    input.consume(length);
                    self.state = State::Whole;
                }
                Ok(None)
            }
            State::Whole | State::Abandoned => Ok(None),
        }
    }

    fn read<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client<S>,
        input: &mut Buffer,
    ) -> Poll<()> {
        if std::mem::take(&mut self.asks_first) && input.is_empty() {
            // These few bytes fit into any socket buffer; a client whose buffer is full does not wait for them.
            let told =
                Pin::new(&mut client.stream).poll_write(cx, b"HTTP/1.1 100 Continue\r\n\r\n");
            if matches!(told, Poll::Ready(Err(_))) {
                self.fail("the client is gone".into());
                return Poll::Ready(());
            }
        }
        input.grow(PIECE_BYTES);
        match ready!(client.poll_read(cx, input)) {
            Ok(length) if length > 0 => {}
            _ => self.fail("the client hung up in the middle of the body".into()),
        }
        Poll::Ready(())
    }
}

fn taken(input: &mut Buffer, length: usize) -> Option<Bytes> {
    if length == 0 {
        return None;
    }
    let piece = Bytes::copy_from_slice(&input.filled()[..length]);
    input.consume(length);
    Some(piece)
}
