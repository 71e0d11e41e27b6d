//! The client's end: reading and writing with patience, and nothing else.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use postern_egress::Alarm;
use postern_h1::Buffer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::Broken;

/// Read and thrown away before a connection is closed on a client that is still sending: a reset would take our answer with it.
const LINGER_BYTES_MAX: usize = 256 * 1024;
const LINGER: Duration = Duration::from_secs(2);

pub(super) struct Client<S> {
    pub(super) stream: S,
    /// The clock when it was last looked at.
    pub(super) now: Instant,
    /// Longest time in which the client takes or sends nothing.
    stall: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(super) fn new(stream: S, stall: Duration) -> Self {
        Self {
            stream,
            now: Instant::now(),
            stall,
        }
    }

    /// Reads once into `input`; 0 is the end.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut Buffer,
    ) -> Poll<io::Result<usize>> {
        let mut room = ReadBuf::new(input.room());
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut room))?;
        let length = room.filled().len();
        input.fill(length);
        Poll::Ready(Ok(length))
    }

    /// Reads until `input` holds `wanted` bytes.
    pub(super) async fn read_to(
        &mut self,
        alarm: &mut Alarm,
        input: &mut Buffer,
        wanted: usize,
    ) -> Result<(), Broken> {
        input.grow(wanted);
        while input.filled().len() < wanted {
            alarm.set(self.stall);
            let read = std::future::poll_fn(|cx| match self.poll_read(cx, input) {
                Poll::Ready(read) => Poll::Ready(read.unwrap_or(0)),
                Poll::Pending => alarm.poll(cx).map(|()| 0),
            });
            if read.await == 0 {
                return Err(Broken::Client);
            }
        }
        Ok(())
    }

    /// Writes all of `parts`.
    pub(super) async fn write(
        &mut self,
        alarm: &mut Alarm,
        mut parts: &mut [IoSlice<'_>],
    ) -> Result<(), Broken> {
        IoSlice::advance_slices(&mut parts, 0);
        let mut waiting = false;
        while !parts.is_empty() {
            let written =
                std::future::poll_fn(|cx| self.poll_write(cx, alarm, parts, &mut waiting)).await?;
            waiting = false;
            IoSlice::advance_slices(&mut parts, written);
        }
        let flushed = std::future::poll_fn(|cx| match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(flushed) => Poll::Ready(flushed.is_ok()),
            Poll::Pending => {
                self.patience(alarm, &mut waiting);
                alarm.poll(cx).map(|()| false)
            }
        });
        if flushed.await {
            Ok(())
        } else {
            Err(Broken::Client)
        }
    }

    /// Writes once. `waiting` is kept by the caller over the polls of one write.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        alarm: &mut Alarm,
        parts: &[IoSlice<'_>],
        waiting: &mut bool,
    ) -> Poll<Result<usize, Broken>> {
        let polled = match parts {
            [part] => Pin::new(&mut self.stream).poll_write(cx, part),
            parts => Pin::new(&mut self.stream).poll_write_vectored(cx, parts),
        };
        match polled {
            Poll::Ready(Ok(length)) if length > 0 => Poll::Ready(Ok(length)),
            Poll::Ready(_) => Poll::Ready(Err(Broken::Client)),
            Poll::Pending => {
                self.patience(alarm, waiting);
                alarm.poll(cx).map(|()| Err(Broken::Client))
            }
        }
    }

    fn patience(&self, alarm: &mut Alarm, waiting: &mut bool) {
        if !*waiting {
            *waiting = true;
            alarm.set(self.stall);
        }
    }

    /// Waits for `work` unless the client hangs up. What it sends meanwhile is kept in `input`, as far as there is room.
    pub(super) async fn unless_gone<T>(
        &mut self,
        input: &mut Buffer,
        work: impl Future<Output = T>,
    ) -> Result<T, Broken> {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            while !input.room().is_empty() {
                match self.poll_read(cx, input) {
                    Poll::Ready(Ok(length)) if length > 0 => {}
                    Poll::Ready(_) => return Poll::Ready(Err(Broken::Client)),
                    Poll::Pending => break,
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Says goodbye: no more is written, what still comes is thrown away for a moment.
    pub(super) async fn linger(&mut self, alarm: &mut Alarm, input: &mut Buffer) {
        use tokio::io::AsyncWriteExt as _;
        if self.stream.shutdown().await.is_err() {
            return;
        }
        alarm.set(LINGER);
        let mut left = LINGER_BYTES_MAX;
        while left > 0 {
            input.consume(usize::MAX);
            let read = std::future::poll_fn(|cx| match self.poll_read(cx, input) {
                Poll::Ready(read) => Poll::Ready(read.unwrap_or(0)),
                Poll::Pending => alarm.poll(cx).map(|()| 0),
            });
            match read.await {
                0 => return,
                length => left = left.saturating_sub(length),
            }
        }
    }
}
