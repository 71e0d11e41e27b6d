//! One HTTP/1.1 connection to an upstream, driven by whoever waits for its answer: no task of its own, so a call costs no
//! hand-over between tasks.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;

use crate::alarm::Alarm;
use crate::body::{Body, BodyTooLarge, Progress};
use crate::dial::Socket;
use crate::error::{SendError, SendErrorKind, Stage};
use crate::rules::{Limits, Timeouts};

/// What the HTTP library has room for on its stack; any other number costs it an allocation for each head.
const HEAD_LINES_BUILT_IN: usize = 100;

pub(crate) struct Link {
    sender: SendRequest<Body>,
    connection: Pin<Box<http1::Connection<TokioIo<Socket>, Body>>>,
    closed: bool,
    pub(crate) alarm: Alarm,
}

/// How an exchange ended. The link goes on with the answer's body.
pub(crate) enum Exchange {
    Answered(Response<Incoming>, Link),
    /// The connection was closed before a byte was written; the request is intact.
    NotSent(Request<Body>),
    Failed(SendError),
}

impl Link {
    pub(crate) async fn open(socket: Socket, limits: &Limits) -> Result<Self, SendError> {
        let broken = |error: hyper::Error| SendError::before(SendErrorKind::Protocol(error.into()));
        let mut builder = http1::Builder::new();
        builder.max_buf_size(limits.head_bytes_max.max(8192));
        if limits.head_lines_max != HEAD_LINES_BUILT_IN {
            builder.max_headers(limits.head_lines_max);
        }
        let (sender, connection) = builder
            .handshake(TokioIo::new(socket))
            .await
            .map_err(broken)?;
        Ok(Self {
            sender,
            connection: Box::pin(connection),
            closed: false,
            alarm: Alarm::new(),
        })
    }

    /// Moves bytes in both directions; afterwards [`Link::is_usable`] says whether the connection still stands.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        if self.closed {
            return Poll::Ready(Ok(()));
        }
        let polled = self.connection.as_mut().poll(cx);
        self.closed = polled.is_ready();
        polled
    }

    /// Open, and ready for the next request.
    pub(crate) fn is_usable(&self) -> bool {
        !self.closed && self.sender.is_ready()
    }

    /// Sends one request and waits for the head of its answer.
    pub(crate) async fn exchange(
        mut self,
        request: Request<Body>,
        progress: Option<Arc<Progress>>,
        timeouts: &Timeouts,
    ) -> Exchange {
        let mut upload = Upload::new(progress);
        self.alarm.set(if upload.running() {
            timeouts.idle
        } else {
            timeouts.first_byte
        });
        let mut answering = std::pin::pin!(self.sender.try_send_request(request));
        let (connection, closed, alarm) = (&mut self.connection, &mut self.closed, &mut self.alarm);
        let outcome = std::future::poll_fn(|cx| {
            let mut failure = None;
            if !*closed && let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                *closed = true;
                failure = ended.err();
            }
            match answering.as_mut().poll(cx) {
                Poll::Ready(Ok(response)) => return Poll::Ready(Ok(response)),
                Poll::Ready(Err(mut error)) => {
                    let intact = error.take_message();
                    return Poll::Ready(Err(
                        intact.ok_or_else(|| failed(failure.unwrap_or_else(|| error.into_error())))
                    ));
                }
                Poll::Pending if *closed => {
                    let reason = failure
                        .map_or_else(|| "closed without an answer".into(), crate::BoxError::from);
                    return Poll::Ready(Err(Err(SendError::maybe(SendErrorKind::Protocol(
                        reason,
                    )))));
                }
                Poll::Pending => {}
            }
            if upload.has_just_ended() {
                alarm.set(timeouts.first_byte);
            }
            loop {
                if alarm.poll(cx).is_pending() {
                    return Poll::Pending;
                }
                match upload.expired(timeouts) {
                    Ok(extension) => alarm.set(extension),
                    Err(stage) => {
                        return Poll::Ready(Err(Err(SendError::maybe(SendErrorKind::Timeout(
                            stage,
                        )))));
                    }
                }
            }
        })
        .await;
        match outcome {
            Ok(response) => Exchange::Answered(response, self),
            Err(Ok(request)) => Exchange::NotSent(request),
            Err(Err(error)) => Exchange::Failed(error),
        }
    }
}

fn failed(error: hyper::Error) -> SendError {
    use std::error::Error as _;
    let too_large = error
        .source()
        .and_then(|source| source.downcast_ref::<BodyTooLarge>())
        .copied();
    let kind = match too_large {
        Some(too_large) => SendErrorKind::RequestBody(too_large.into()),
        None if error.is_user() => SendErrorKind::RequestBody(error.into()),
        None => SendErrorKind::Protocol(error.into()),
    };
    SendError::maybe(kind)
}

/// What is known of a request's body while its answer is awaited.
struct Upload {
    progress: Option<Arc<Progress>>,
    seen: u32,
    ended: bool,
}

impl Upload {
    fn new(progress: Option<Arc<Progress>>) -> Self {
        Self {
            ended: progress.is_none(),
            progress,
            seen: 0,
        }
    }

    fn running(&self) -> bool {
        !self.ended
    }

    /// True once: from now on the upstream's time runs.
    fn has_just_ended(&mut self) -> bool {
        let before = self.ended;
        self.ended = before
            || self
                .progress
                .as_ref()
                .is_none_or(|progress| progress.ended());
        self.ended && !before
    }

    /// The alarm rang: either there was progress since it was set, or the named time is over.
    fn expired(&mut self, timeouts: &Timeouts) -> Result<Duration, Stage> {
        let Some(progress) = self.progress.as_ref().filter(|_| !self.ended) else {
            return Err(Stage::FirstByte);
        };
        let frames = progress.frames();
        if frames == self.seen {
            return Err(Stage::Idle);
        }
        self.seen = frames;
        Ok(timeouts.idle)
    }
}
