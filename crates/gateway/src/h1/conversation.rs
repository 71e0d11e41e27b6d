//! One connection of a client, request after request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use postern_egress::Alarm;
use postern_h1::{Slots, request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::client::Client;
use super::scratch::Scratch;
use super::{After, Broken};
use crate::refusal::Refusal;
use crate::worker::Worker;

/// The beginning of HTTP/2 by prior knowledge.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The end of a head.
const END: &[u8] = b"\r\n\r\n";

/// How a conversation came to its end.
pub(crate) enum Ended<S> {
    Over,
    /// The client speaks HTTP/2: the stream, and what was read from it.
    Http2(S, Vec<u8>),
}

/// Talks with one client until either side has enough. `idle` is true while nothing of a request has come.
pub(crate) async fn converse<S>(
    worker: Arc<Worker>,
    stream: S,
    peer: SocketAddr,
    idle: Arc<AtomicBool>,
) -> Ended<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut client = Client::new(stream, worker.gateway.config.timeouts.client_stall);
    let mut alarm = Alarm::new();
    let mut scratch: Option<Box<Scratch>> = None;
    let mut first = true;
    loop {
        idle.store(scratch.is_none(), Ordering::Relaxed);
        let head = next_head(&worker, &mut client, &mut alarm, &mut scratch, first).await;
        let (Some(head), Some(used)) = (head, &mut scratch) else {
            return Ended::Over;
        };
        idle.store(false, Ordering::Relaxed);
        first = false;
        worker.crowd.join();
        let mut asked = Some(match head {
            Head::Preface => return Ended::Http2(client.stream, used.input.filled().to_vec()),
            Head::Whole => worker.read(used, peer, client.now),
            Head::Bad(refusal) => worker.refuse_head(refusal, peer, client.now),
        });
        match worker
            .respond(&mut client, &mut alarm, used, &mut asked, peer)
            .await
        {
            Ok(After::Keep) if !worker.stopping.load(Ordering::Relaxed) => {}
            Ok(_) => {
                client.linger(&mut alarm, &mut used.input).await;
                return Ended::Over;
            }
            Err(Broken::Client | Broken::Answer) => return Ended::Over,
        }
        // Bytes of the next request may have come already.
        if let Some(used) = scratch.take_if(|scratch| scratch.input.is_empty()) {
            worker.scratches.give(used);
        }
    }
}

/// What lies at the beginning of the input.
enum Head {
    /// All of a head, good or bad.
    Whole,
    Preface,
    Bad(Refusal),
}

/// Waits for the next head. While nothing has come, no memory is held. `None`: the client has gone, or was silent for too long.
async fn next_head<S>(
    worker: &Arc<Worker>,
    client: &mut Client<S>,
    alarm: &mut Alarm,
    scratch: &mut Option<Box<Scratch>>,
    first: bool,
) -> Option<Head>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = &worker.gateway.config;
    alarm.set_from(client.now, config.timeouts.head);
    loop {
        if let Some(scratch) = scratch
            && let Some(head) = look(scratch, first, config.limits.head_bytes_max)
        {
            return Some(head);
        }
        let read = std::future::poll_fn(|cx| {
            let mut used = scratch.take().unwrap_or_else(|| worker.scratches.take());
            let polled = client.poll_read(cx, &mut used.input);
            if used.input.is_empty() {
                worker.scratches.give(used);
            } else {
                *scratch = Some(used);
            }
            match polled {
                Poll::Ready(read) => Poll::Ready(Some(read.unwrap_or(0))),
                Poll::Pending => alarm.poll(cx).map(|()| None),
            }
        });
        match read.await {
            Some(0) => return None,
            Some(_) => client.now = Instant::now(),
            // Silence before a request is no fault.
            None => return scratch.as_ref().map(|_| Head::Bad(Refusal::HeadTimeout)),
        }
    }
}

/// Whether a head is there. Its end is looked for first, since it is nearly always there at once.
fn look(scratch: &mut Scratch, first: bool, limit_bytes: usize) -> Option<Head> {
    let filled = scratch.input.filled();
    if first && filled.starts_with(&PREFACE[..filled.len().min(PREFACE.len())]) {
        return (filled.len() >= PREFACE.len()).then_some(Head::Preface);
    }
    if filled.ends_with(END) || memchr::memmem::find(filled, END).is_some() {
        return Some(Head::Whole);
    }
    // Lines that end otherwise are refused at once rather than waited for.
    if !matches!(request(filled, &mut Slots::new()), Ok(None)) {
        return Some(Head::Whole);
    }
    if filled.len() >= limit_bytes {
        return Some(Head::Bad(Refusal::HeadTooLarge { limit_bytes }));
    }
    let larger = (filled.len() * 2).min(limit_bytes);
    scratch.input.grow(larger);
    None
}
