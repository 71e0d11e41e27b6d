//! A connection to an upstream as bytes in and bytes out.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use postern_h1::Buffer;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};

use crate::alarm::Alarm;
use crate::dial::Socket;
use crate::error::{Phase, SendError, SendErrorKind, Stage};

/// Enough for the head and body of most answers.
pub(super) const INPUT_BYTES: usize = 16 * 1024;

pub struct RawLink {
    socket: Socket,
    pub(super) input: Buffer,
}

/// A request that could not be written.
pub(crate) struct Unwritten {
    pub(crate) nothing_left: bool,
    kind: SendErrorKind,
}

impl From<Unwritten> for SendError {
    fn from(unwritten: Unwritten) -> Self {
        let phase = if unwritten.nothing_left {
            Phase::BeforeFirstByte
        } else {
            Phase::MaybeSent
        };
        Self {
            phase,
            kind: unwritten.kind,
        }
    }
}

impl RawLink {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            input: Buffer::with_capacity(INPUT_BYTES),
        }
    }

    pub(super) fn input_bytes(&self) -> usize {
        self.input.filled().len()
    }

    /// Open, and nothing came that nobody asked for.
    pub(super) fn is_quiet(&mut self, cx: &mut Context<'_>) -> bool {
        self.input.is_empty() && self.poll_read(cx).is_pending()
    }

    /// Reads once; 0 is the end.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut room = ReadBuf::new(self.input.room());
        ready!(Pin::new(&mut self.socket).poll_read(cx, &mut room))?;
        let length = room.filled().len();
        self.input.fill(length);
        Poll::Ready(Ok(length))
    }

    /// Reads once more while an answer's head is awaited.
    pub(super) async fn read(&mut self, alarm: &mut Alarm) -> Result<(), SendError> {
        if self.input.room().is_empty() {
            self.input.grow(self.input.capacity() * 2);
        }
        let read = std::future::poll_fn(|cx| match self.poll_read(cx) {
            Poll::Ready(read) => {
                Poll::Ready(read.map_err(|error| SendErrorKind::Protocol(error.into())))
            }
            Poll::Pending => alarm
                .poll(cx)
                .map(|()| Err(SendErrorKind::Timeout(Stage::FirstByte))),
        });
        match read.await {
            Ok(0) => Err(SendError::maybe(SendErrorKind::Protocol(
                "closed without an answer".into(),
            ))),
            Ok(_) => Ok(()),
            Err(kind) => Err(SendError::maybe(kind)),
        }
    }

    /// Writes all of `bytes`.
    pub(super) async fn write(&mut self, bytes: &[u8], alarm: &mut Alarm) -> Result<(), Unwritten> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let written =
                std::future::poll_fn(|cx| match Pin::new(&mut self.socket).poll_write(cx, rest) {
                    Poll::Ready(written) => {
                        Poll::Ready(written.map_err(|error| SendErrorKind::Protocol(error.into())))
                    }
                    Poll::Pending => alarm
                        .poll(cx)
                        .map(|()| Err(SendErrorKind::Timeout(Stage::Idle))),
                });
            let nothing_left = rest.len() == bytes.len();
            match written.await {
                Ok(0) => {
                    return Err(Unwritten {
                        nothing_left,
                        kind: SendErrorKind::Protocol(
                            "closed while the request was written".into(),
                        ),
                    });
                }
                Ok(length) => rest = &rest[length..],
                Err(kind) => return Err(Unwritten { nothing_left, kind }),
            }
        }
        // TLS keeps what did not fit into a record or the socket.
        std::future::poll_fn(|cx| match Pin::new(&mut self.socket).poll_flush(cx) {
            Poll::Ready(flushed) => {
                Poll::Ready(flushed.map_err(|error| SendErrorKind::Protocol(error.into())))
            }
            Poll::Pending => alarm
                .poll(cx)
                .map(|()| Err(SendErrorKind::Timeout(Stage::Idle))),
        })
        .await
        .map_err(|kind| Unwritten {
            nothing_left: false,
            kind,
        })
    }
}
