//! The body of an answer on its way down: pulled from the upstream as fast as the caller takes it, decoded if need be,
//! scrubbed, and the connection returned to its pool at the end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use postern_apps::{Needles, Origin};
use tokio::time::Instant;

use crate::decode::Decoder;
use crate::error::AnswerError;
use crate::headers;
use crate::link::Link;
use crate::pool::Pool;
use crate::scrub::Scrub;
use crate::upstream::LocalBody;

/// An answer's body.
pub struct Answer {
    source: Source,
    decoder: Option<Box<Decoder>>,
    scrub: Option<Box<Scrub>>,
    needles: Option<Arc<Needles>>,
    trailers: Option<HeaderMap>,
}

enum Source {
    Network(Network),
    Local(LocalBody),
    Ended,
}

/// The rest of an exchange with an upstream on the network.
pub(crate) struct Network {
    pub(crate) incoming: Incoming,
    pub(crate) link: Link,
    pub(crate) pool: Arc<Pool<Link>>,
    pub(crate) origin: Arc<Origin>,
    pub(crate) idle: Duration,
    pub(crate) waiting: bool,
}

type Polled = Poll<Option<Result<Frame<Bytes>, AnswerError>>>;

impl Answer {
    pub(crate) fn network(network: Network) -> Self {
        let source = if network.incoming.is_end_stream() {
            network.settle();
            Source::Ended
        } else {
            Source::Network(network)
        };
        Self {
            source,
            decoder: None,
            scrub: None,
            needles: None,
            trailers: None,
        }
    }

    pub(crate) fn local(body: LocalBody) -> Self {
        let source = if body.is_end_stream() {
            Source::Ended
        } else {
            Source::Local(body)
        };
        Self {
            source,
            decoder: None,
            scrub: None,
            needles: None,
            trailers: None,
        }
    }

    /// What somebody has read and hands on.
    #[must_use]
    pub fn full(bytes: Bytes) -> Self {
        let body = Full::new(bytes).map_err(|never| match never {});
        Self::local(LocalBody::new(body))
    }

    /// Throws the body away: it cannot be looked into.
    pub(crate) fn withheld() -> Self {
        Self {
            source: Source::Ended,
            decoder: None,
            scrub: None,
            needles: None,
            trailers: None,
        }
    }

    pub(crate) fn treat(
        &mut self,
        decoder: Option<Decoder>,
        scrub: Option<Scrub>,
        needles: Option<Arc<Needles>>,
    ) {
        if matches!(self.source, Source::Ended) {
            return;
        }
        self.decoder = decoder.map(Box::new);
        self.scrub = scrub.map(Box::new);
        self.needles = needles;
    }

    /// Bytes as they left the upstream, without its content coding.
    fn poll_decoded(&mut self, cx: &mut Context<'_>) -> Polled {
        loop {
            if let Some(decoder) = &mut self.decoder {
                match decoder.pull() {
                    Ok(Some(piece)) if piece.is_empty() => return self.poll_rest(cx),
                    Ok(Some(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                    Ok(None) => {}
                    Err(error) => return Poll::Ready(Some(Err(AnswerError::Encoding(error)))),
                }
            }
            let polled = ready!(self.source.poll(cx));
            let Some(decoder) = &mut self.decoder else {
                return Poll::Ready(polled);
            };
            match polled {
                None => decoder.end(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => decoder.push(data),
                    Err(frame) => {
                        self.trailers = frame.into_trailers().ok();
                        decoder.end();
                    }
                },
            }
        }
    }

    /// Behind the end of a compressed body: whatever follows is read off and dropped, so that the connection can be used again.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Polled {
        while let Some(frame) = ready!(self.source.poll(cx)) {
            if let Err(error) = frame {
                return Poll::Ready(Some(Err(error)));
            }
        }
        self.decoder = None;
        Poll::Ready(
            self.trailers
                .take()
                .map(|trailers| Ok(Frame::trailers(trailers))),
        )
    }

    fn nothing_follows(&self) -> bool {
        self.decoder.is_none() && self.trailers.is_none() && matches!(self.source, Source::Ended)
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = AnswerError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = &mut *self;
        if this.scrub.is_none() {
            return this.poll_decoded(cx);
        }
        loop {
            if this.decoder.is_none()
                && let Some(trailers) = this.trailers.take()
            {
                return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
            }
            let polled = ready!(this.poll_decoded(cx));
            let last = this.nothing_follows();
            let Some(scrub) = &mut this.scrub else {
                return Poll::Ready(polled);
            };
            let leaving = match polled {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => scrub.push(data, last),
                    Err(frame) => {
                        let mut trailers = frame.into_trailers().unwrap_or_default();
                        headers::strip(&mut trailers, |_| false);
                        if let Some(needles) = &this.needles {
                            headers::scrub(&mut trailers, needles);
                        }
                        this.trailers = Some(trailers);
                        scrub.push(Bytes::new(), true)
                    }
                },
                None => {
                    let held = scrub.push(Bytes::new(), true);
                    this.scrub = None;
                    return Poll::Ready((!held.is_empty()).then(|| Ok(Frame::data(held))));
                }
            };
            if !leaving.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(leaving))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.nothing_follows()
            && self
                .scrub
                .as_ref()
                .is_none_or(|scrub| scrub.held_bytes() == 0)
    }

    fn size_hint(&self) -> SizeHint {
        if self.decoder.is_some() {
            return SizeHint::new();
        }
        let held = self
            .scrub
            .as_ref()
            .map_or(0, |scrub| scrub.held_bytes() as u64);
        let rest = match &self.source {
            Source::Network(network) => network.incoming.size_hint(),
            Source::Local(body) => body.size_hint(),
            Source::Ended => SizeHint::with_exact(0),
        };
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + held);
        }
        hint.set_lower(rest.lower() + held);
        hint
    }
}

impl Source {
    fn poll(&mut self, cx: &mut Context<'_>) -> Polled {
        let (polled, ended) = match self {
            Self::Ended => return Poll::Ready(None),
            Self::Local(body) => {
                let polled = ready!(Pin::new(&mut *body).poll_frame(cx));
                (
                    polled.map(|frame| frame.map_err(AnswerError::Broken)),
                    body.is_end_stream(),
                )
            }
            Self::Network(network) => {
                let polled = ready!(network.poll(cx));
                (polled, network.incoming.is_end_stream())
            }
        };
        let failed = matches!(polled, Some(Err(_)));
        let over = polled.is_none() || failed || ended;
        if over
            && let (Self::Network(network), false) = (std::mem::replace(self, Self::Ended), failed)
        {
            network.settle();
        }
        Poll::Ready(polled)
    }
}

impl Network {
    fn poll(&mut self, cx: &mut Context<'_>) -> Polled {
        let mut driven = false;
        loop {
            match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(frame) => {
                    self.waiting = false;
                    return Poll::Ready(
                        frame.map(|frame| frame.map_err(|error| AnswerError::Broken(error.into()))),
                    );
                }
                Poll::Pending if !driven => {
                    driven = true;
                    // Its failure reaches us through the body.
                    drop(self.link.drive(cx));
                }
                Poll::Pending => break,
            }
        }
        if !self.waiting {
            self.waiting = true;
            self.link.alarm.set(self.idle);
        }
        self.link
            .alarm
            .poll(cx)
            .map(|()| Some(Err(AnswerError::Idle)))
    }

    /// The answer is complete: the connection goes back to its pool if it can be used again.
    fn settle(mut self) {
        if !self.link.is_usable() {
            // Its last step may be outstanding; whoever uses it next asks again with a waker of its own.
            drop(self.link.drive(&mut Context::from_waker(Waker::noop())));
        }
        if self.link.is_usable() {
            self.pool.put(&self.origin, self.link, Instant::now());
        }
    }
}
