//! The short way out for calls that are small and need no durable record: bytes of a complete request go out, the head of the
//! answer is rewritten once, and its body is masked where it lies. No header map, no task, no copy of a body that came with a
//! length. Everything else goes through [`crate::Egress::send`]; both obey the same rules.

mod answer;
mod head;
mod link;

pub use answer::{RawAnswer, RawBody};
pub use link::RawLink;

use std::sync::Arc;

use postern_apps::{Origin, Prepared};
use postern_h1 as h1;
use tokio::time::Instant;

use crate::alarm::Alarm;
use crate::egress::{Egress, Treatment, write_target};
use crate::error::{SendError, SendErrorKind};

/// The first line of a request and its `Host`.
pub fn write_start(
    out: &mut Vec<u8>,
    method: &str,
    origin: &Origin,
    path: &str,
    query: Option<&str>,
    credential: Option<&Prepared>,
) {
    out.extend_from_slice(method.as_bytes());
    out.push(b' ');
    write_target(
        out,
        origin.base_path(),
        path,
        query,
        credential.and_then(|credential| credential.query.as_ref()),
    );
    out.extend_from_slice(b" HTTP/1.1\r\n");
    h1::header(out, b"host", origin.authority().as_bytes());
}

/// The last lines of a request's head: credential, coding, length.
pub fn write_end(out: &mut Vec<u8>, credential: Option<&Prepared>, length: Option<u64>) {
    if let Some((name, value)) = credential.and_then(|credential| credential.header.as_ref()) {
        h1::header(out, name.as_str().as_bytes(), value.as_bytes());
    }
    out.extend_from_slice(b"accept-encoding: identity\r\n");
    if let Some(length) = length {
        h1::header_number(out, b"content-length", length);
    }
    out.extend_from_slice(b"\r\n");
}

/// A complete request, and what is done to its answer.
#[derive(Clone, Copy)]
pub struct RawCall<'a> {
    pub origin: &'a Arc<Origin>,
    /// A head made with [`write_start`] and [`write_end`], and the body.
    pub request: &'a [u8],
    /// The method is HEAD.
    pub to_head: bool,
    /// When the request had come.
    pub now: Instant,
    /// Others of this thread are about to write, too: writing together wakes the other side once instead of every time.
    pub together: bool,
    pub treatment: Treatment<'a>,
}

impl Egress {
    /// Sends a request and waits for the head of its answer. `out` receives that head as it may be passed on: status line and headers,
    /// without framing and without the empty line.
    pub async fn exchange_raw(
        &self,
        call: RawCall<'_>,
        alarm: &mut Alarm,
        out: &mut Vec<u8>,
    ) -> Result<RawAnswer, SendError> {
        let timeouts = &self.rules().timeouts;
        while let Some(mut link) = self.raw_pool.take(call.origin, call.now) {
            if !std::future::poll_fn(|cx| std::task::Poll::Ready(link.is_quiet(cx))).await {
                continue;
            }
            alarm.set_from(call.now, timeouts.first_byte);
            if call.together {
                tokio::task::yield_now().await;
            }
            match link.write(call.request, alarm).await {
                Ok(()) => return self.answer_raw(call, link, alarm, out).await,
                // Closed before a byte was taken: nothing happened, the next one may do.
                Err(unwritten) if unwritten.nothing_left => {}
                Err(unwritten) => return Err(unwritten.into()),
            }
        }
        let mut link = RawLink::new(self.dialler.dial(call.origin).await?);
        alarm.set(timeouts.first_byte);
        link.write(call.request, alarm).await?;
        self.answer_raw(call, link, alarm, out).await
    }

    async fn answer_raw(
        &self,
        call: RawCall<'_>,
        mut link: RawLink,
        alarm: &mut Alarm,
        out: &mut Vec<u8>,
    ) -> Result<RawAnswer, SendError> {
        let rules = self.rules();
        loop {
            let taken = head::take(&mut link, call.to_head, &call.treatment, out);
            if let Some(head) =
                taken.map_err(|broken| SendError::maybe(SendErrorKind::Protocol(broken)))?
            {
                return Ok(RawAnswer::new(
                    head,
                    link,
                    call.origin.clone(),
                    self.raw_pool.clone(),
                    rules.timeouts.idle,
                ));
            }
            if link.input_bytes() >= rules.limits.head_bytes_max {
                return Err(SendError::maybe(SendErrorKind::Protocol(
                    "the answer's head is too large".into(),
                )));
            }
            link.read(alarm).await?;
        }
    }
}
