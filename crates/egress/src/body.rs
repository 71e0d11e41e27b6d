//! The body of an outgoing request: nothing, a piece of memory, or a stream with back-pressure and a limit.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::mpsc;

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Boxed = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

/// The request's body exceeded the limit it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is larger than {limit_bytes} bytes")]
pub struct BodyTooLarge {
    pub limit_bytes: u64,
}

/// A request body. Trailers of a caller are dropped: what follows a body could otherwise pose as a header.
#[derive(Default)]
pub struct Body {
    source: Source,
    progress: Option<Arc<Progress>>,
}

#[derive(Default)]
enum Source {
    #[default]
    Empty,
    Full(Bytes),
    Streaming {
        incoming: Incoming,
        sent: u64,
        limit_bytes: u64,
    },
    Piped {
        receiver: mpsc::Receiver<Result<Bytes, BoxError>>,
        remaining: Option<u64>,
    },
    Boxed(Boxed),
}

/// How far an upload has come; read by whoever waits for the answer.
#[derive(Default)]
pub(crate) struct Progress {
    frames: AtomicU32,
}

impl Progress {
    const ENDED: u32 = u32::MAX;

    pub(crate) fn ended(&self) -> bool {
        self.frames.load(Ordering::Relaxed) == Self::ENDED
    }

    pub(crate) fn frames(&self) -> u32 {
        self.frames.load(Ordering::Relaxed)
    }

    fn advance(&self) {
        let next = self.frames.load(Ordering::Relaxed).wrapping_add(1);
        self.frames.store(
            if next == Self::ENDED { 0 } else { next },
            Ordering::Relaxed,
        );
    }

    fn end(&self) {
        self.frames.store(Self::ENDED, Ordering::Relaxed);
    }
}

impl Body {
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let source = if bytes.is_empty() {
            Source::Empty
        } else {
            Source::Full(bytes)
        };
        Self {
            source,
            progress: None,
        }
    }

    /// A caller's body as it arrives; it fails with [`BodyTooLarge`] once it exceeds `limit_bytes`.
    #[must_use]
    pub fn streaming(incoming: Incoming, limit_bytes: u64) -> Self {
        Self {
            source: Source::Streaming {
                incoming,
                sent: 0,
                limit_bytes,
            },
            progress: None,
        }
    }

    /// What somebody else reads and hands over. `length` is what will come in all, if it is known.
    #[must_use]
    pub fn piped(receiver: mpsc::Receiver<Result<Bytes, BoxError>>, length: Option<u64>) -> Self {
        Self {
            source: Source::Piped {
                receiver,
                remaining: length,
            },
            progress: None,
        }
    }

    pub fn boxed<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        use http_body_util::BodyExt as _;
        Self {
            source: Source::Boxed(Box::pin(body.map_err(Into::into))),
            progress: None,
        }
    }

    /// Makes the progress of a stream visible; `None` for a body that is written in one go.
    pub(crate) fn watch(&mut self) -> Option<Arc<Progress>> {
        if matches!(self.source, Source::Empty | Source::Full(_)) {
            return None;
        }
        let progress = Arc::new(Progress::default());
        self.progress = Some(progress.clone());
        Some(progress)
    }

    fn poll_source(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.source {
            Source::Empty => Poll::Ready(None),
            Source::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                self.source = Source::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Source::Streaming {
                incoming,
                sent,
                limit_bytes,
            } => loop {
                let Some(frame) = ready!(Pin::new(&mut *incoming).poll_frame(cx)) else {
                    return Poll::Ready(None);
                };
                let frame = match frame {
                    Ok(frame) => frame,
                    Err(error) => return Poll::Ready(Some(Err(error.into()))),
                };
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                *sent += data.remaining() as u64;
                if *sent > *limit_bytes {
                    return Poll::Ready(Some(Err(BodyTooLarge {
                        limit_bytes: *limit_bytes,
                    }
                    .into())));
                }
                return Poll::Ready(Some(Ok(Frame::data(data))));
            },
            Source::Piped {
                receiver,
                remaining,
            } => {
                let polled = ready!(receiver.poll_recv(cx));
                if let (Some(Ok(piece)), Some(remaining)) = (&polled, remaining) {
                    *remaining = remaining.saturating_sub(piece.len() as u64);
                }
                Poll::Ready(polled.map(|piece| piece.map(Frame::data)))
            }
            Source::Boxed(body) => loop {
                match ready!(body.as_mut().poll_frame(cx)) {
                    Some(Ok(frame)) if frame.is_trailers() => {}
                    other => return Poll::Ready(other),
                }
            },
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = ready!(self.poll_source(cx));
        if let Some(progress) = &self.progress {
            match &polled {
                Some(Ok(_)) => progress.advance(),
                _ => progress.end(),
            }
            if self.is_end_stream() {
                progress.end();
            }
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Empty => true,
            Source::Full(_) => false,
            Source::Streaming { incoming, .. } => incoming.is_end_stream(),
            Source::Piped { remaining, .. } => *remaining == Some(0),
            Source::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Empty => SizeHint::with_exact(0),
            Source::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Source::Streaming { incoming, .. } => incoming.size_hint(),
            Source::Piped {
                remaining: Some(remaining),
                ..
            } => SizeHint::with_exact(*remaining),
            Source::Piped {
                remaining: None, ..
            } => SizeHint::new(),
            Source::Boxed(body) => body.size_hint(),
        }
    }
}
