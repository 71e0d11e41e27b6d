//! What goes back to the client: an upstream's answer, the control plane's, or a refusal; and the record that ends with it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};
use http_body::{Body, Frame, SizeHint};
use postern_egress::{Answer, BoxError, LocalBody};

use crate::handover::Handover;
use crate::request_log::Recording;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_UPSTREAM_REQUEST_ID: HeaderName = HeaderName::from_static("x-upstream-request-id");

/// The body of an answer, and its line in the log.
pub(crate) struct Reply {
    source: Source,
    recording: Recording,
    /// Of a send's answer.
    handover: Option<Arc<Handover>>,
    /// Its last frame is its end: nobody says when it is written.
    by_frames: bool,
}

#[expect(
    clippy::large_enum_variant,
    reason = "an answer is the usual case, and a box would be an allocation for each"
)]
pub(crate) enum Source {
    Answer(Answer),
    Local(LocalBody),
    Bytes(Bytes),
}

/// Completes an answer: its request id, and the record that is written once it has left.
pub(crate) fn complete<B>(
    response: Response<B>,
    source: impl FnOnce(B) -> Source,
    mut recording: Recording,
) -> Response<Reply> {
    recording.record.status = response.status().as_u16();
    let id: HeaderValue = recording.record.id.header();
    let mut response = response;
    let handover = response.extensions_mut().remove();
    let mut response = response.map(|body| Reply {
        source: source(body),
        recording,
        handover,
        by_frames: false,
    });
    let headers = response.headers_mut();
    let theirs = headers.insert(X_REQUEST_ID, id);
    // The control plane was given ours, and says it again.
    if let Some(theirs) = theirs.filter(|theirs| headers.get(X_REQUEST_ID) != Some(theirs)) {
        headers.insert(X_UPSTREAM_REQUEST_ID, theirs);
    }
    response
}

impl Reply {
    /// All of it is written.
    pub(crate) fn delivered(&self) {
        if let Some(handover) = &self.handover {
            handover.delivered();
        }
    }

    /// For a transport that does not say when it has written everything.
    pub(crate) fn ends_with_its_frames(&mut self) {
        self.by_frames = true;
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = match &mut self.source {
            Source::Answer(answer) => {
                ready!(Pin::new(answer).poll_frame(cx)).map(|frame| frame.map_err(BoxError::from))
            }
            Source::Local(body) => ready!(Pin::new(body).poll_frame(cx)),
            Source::Bytes(bytes) if bytes.is_empty() => None,
            Source::Bytes(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
        };
        match &polled {
            Some(Ok(frame)) => {
                self.recording.record.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            Some(Err(_)) => self.recording.record.broken = true,
            None => {}
        }
        if self.by_frames && matches!(polled, None | Some(Ok(_))) && self.is_end_stream() {
            self.delivered();
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Answer(answer) => answer.is_end_stream(),
            Source::Local(body) => body.is_end_stream(),
            Source::Bytes(bytes) => bytes.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Answer(answer) => answer.size_hint(),
            Source::Local(body) => body.size_hint(),
            Source::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
        }
    }
}
