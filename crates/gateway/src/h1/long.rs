//! The long way: what is recorded, built in, large or the control plane's is answered through the same types as HTTP/2, and written
//! here. Upload and answer run side by side.

use std::future::poll_fn;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use http_body::Body as _;
use postern_egress::Alarm;
use postern_h1::{Buffer, RequestHead, chunk_size, header};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::client::Client;
use super::scratch::Scratch;
use super::upload::Upload;
use super::write::{Delimited, framing, start};
use super::{After, Broken};
use crate::reply::Reply;

/// The headers of a request as a map, for those who want one.
pub(super) fn map(head: &RequestHead<'_, '_>) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(head.headers.len() + 2);
    for line in head.headers {
        // What the head's parser accepted a map accepts.
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(line.name.as_bytes()),
            HeaderValue::from_bytes(line.value),
        ) {
            map.append(name, value);
        }
    }
    map
}

/// A client that is uploading while it is answered.
pub(super) struct Exchange<'a, S> {
    pub(super) client: &'a mut Client<S>,
    pub(super) alarm: &'a mut Alarm,
    pub(super) input: &'a mut Buffer,
    pub(super) upload: Option<Upload>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Exchange<'_, S> {
    /// Moves the upload on; says whether some of it is still to come.
    fn is_uploading(&mut self, cx: &mut Context<'_>) -> bool {
        self.upload.as_mut().is_some_and(|upload| {
            upload.poll(cx, self.client, self.input).is_pending() || !upload.is_whole()
        })
    }

    /// Moves the upload on; says whether the client is still there.
    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        if self.is_uploading(cx) {
            return true;
        }
        while !self.input.room().is_empty() {
            match self.client.poll_read(cx, self.input) {
                Poll::Ready(Ok(length)) if length > 0 => {}
                Poll::Ready(_) => return false,
                Poll::Pending => break,
            }
        }
        true
    }

    /// Waits for the answer's head.
    pub(super) async fn answer<T>(
        &mut self,
        answering: impl Future<Output = T>,
    ) -> Result<T, Broken> {
        let mut answering = std::pin::pin!(answering);
        poll_fn(|cx| {
            if let Poll::Ready(answer) = answering.as_mut().poll(cx) {
                return Poll::Ready(Ok(answer));
            }
            match self.drive(cx) {
                true => answering.as_mut().poll(cx).map(Ok),
                false => Poll::Ready(Err(Broken::Client)),
            }
        })
        .await
    }

    /// Writes an answer. Gives what becomes of the connection.
    pub(super) async fn write(
        &mut self,
        scratch_head: &mut Vec<u8>,
        response: Response<Reply>,
        method: &Method,
        after: After,
        minor: u8,
    ) -> Result<After, Broken> {
        let (parts, mut body) = response.into_parts();
        let exact = body.size_hint().exact();
        let delimited = Delimited::of(parts.status, &parts.headers, exact, method, minor);
        // A client that is told nothing would send its next request behind a body that nobody will read.
        let uploading = poll_fn(|cx| Poll::Ready(self.is_uploading(cx))).await;
        let asked_to_close = parts
            .headers
            .get(http::header::CONNECTION)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
        let ends = asked_to_close || delimited == Delimited::ByClose || uploading;
        let after = if ends { After::Close } else { after };
        scratch_head.clear();
        start(scratch_head, parts.status, &parts.headers);
        framing(scratch_head, delimited, after, minor);
        let mut head: &[u8] = scratch_head;
        let mut left = match delimited {
            Delimited::None(_) => 0,
            Delimited::Length(length) => length,
            Delimited::Chunked | Delimited::ByClose => u64::MAX,
        };
        let (chunked, mut size, mut trailers) =
            (delimited == Delimited::Chunked, Vec::new(), Vec::new());
        while left > 0 && !body.is_end_stream() {
            let waits = head.is_empty();
            let frame = poll_fn(|cx| {
                // Whether the client is still there shows when it is written to.
                let _there = self.drive(cx);
                match Pin::new(&mut body).poll_frame(cx) {
                    // The head does not wait for the body.
                    Poll::Pending if !waits => Poll::Ready(None),
                    polled => polled.map(Some),
                }
            })
            .await;
            let frame = match frame {
                None => {
                    self.put(&mut [IoSlice::new(head)]).await?;
                    head = &[];
                    continue;
                }
                Some(None) => break,
                Some(Some(Err(_))) => return Err(Broken::Answer),
                Some(Some(Ok(frame))) => frame,
            };
            match frame.into_data() {
                Ok(data) if data.is_empty() => {}
                Ok(data) => {
                    // More than was announced must not become the beginning of the next answer.
                    let data = &data[..data.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
                    if chunked {
                        size.clear();
                        chunk_size(&mut size, data.len());
                        self.put(&mut [
                            IoSlice::new(head),
                            IoSlice::new(&size),
                            IoSlice::new(data),
                            IoSlice::new(b"\r\n"),
                        ])
                        .await?;
                    } else {
                        left -= data.len() as u64;
                        self.put(&mut [IoSlice::new(head), IoSlice::new(data)])
                            .await?;
                    }
                    head = &[];
                }
                Err(frame) => {
                    for (name, value) in frame.trailers_ref().into_iter().flatten() {
                        header(&mut trailers, name.as_str().as_bytes(), value.as_bytes());
                    }
                }
            }
        }
        if matches!(delimited, Delimited::Length(_)) && left > 0 {
            return Err(Broken::Answer);
        }
        let (last, end): (&[u8], &[u8]) = if chunked {
            (b"0\r\n", b"\r\n")
        } else {
            (b"", b"")
        };
        let trailers: &[u8] = if chunked { &trailers } else { b"" };
        self.put(&mut [
            IoSlice::new(head),
            IoSlice::new(last),
            IoSlice::new(trailers),
            IoSlice::new(end),
        ])
        .await?;
        body.delivered();
        Ok(after)
    }

    /// Writes all of `parts` while the upload goes on.
    async fn put(&mut self, mut parts: &mut [IoSlice<'_>]) -> Result<(), Broken> {
        IoSlice::advance_slices(&mut parts, 0);
        let mut waiting = false;
        while !parts.is_empty() {
            let written = poll_fn(|cx| {
                let polled = self.client.poll_write(cx, self.alarm, parts, &mut waiting);
                if polled.is_pending() {
                    let _there = self.drive(cx);
                }
                polled
            })
            .await?;
            waiting = false;
            IoSlice::advance_slices(&mut parts, written);
        }
        self.client.write(self.alarm, &mut []).await?;
        self.client.now = Instant::now();
        Ok(())
    }
}

impl Scratch {
    /// The parts that an exchange on the long way borrows separately.
    pub(super) fn split(&mut self) -> (&mut Buffer, &mut Vec<u8>) {
        (&mut self.input, &mut self.head)
    }
}
