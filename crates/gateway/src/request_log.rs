//! The request log: one JSON line a request with dotted fields, never a body, a number or a key. Lines gather in a buffer of
//! their thread; a thread of the log's own writes them.

mod line;

use std::io::Write;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use http::Method;
use postern_access::{Caller, Connection};
use postern_apps::App;
use postern_domain::effect::Effect;
use postern_domain::time::UnixMicros;
use tokio::time::Instant;

use crate::request_id::RequestId;
use crate::worker::Worker;

use line::Second;

/// Bytes after which a thread's lines are handed over.
const BUFFER_BYTES: usize = 128 * 1024;
/// Buffers that may wait for the writer; further ones are dropped and counted, so that a slow disk stops no call.
const BUFFERS_MAX: usize = 64;

/// Where the lines of all threads go. Cheap to clone.
#[derive(Clone)]
pub struct RequestLog(Option<SyncSender<Vec<u8>>>);

/// The writer's end.
pub struct LogSink(JoinHandle<()>);

impl RequestLog {
    /// Writes to `out` on a thread of its own until all handles are gone.
    pub fn start(out: impl Write + Send + 'static) -> std::io::Result<(Self, LogSink)> {
        let (sender, receiver) = sync_channel(BUFFERS_MAX);
        let writer = std::thread::Builder::new()
            .name("request-log".to_owned())
            .spawn(move || write_all(&receiver, out))?;
        Ok((Self(Some(sender)), LogSink(writer)))
    }

    /// Writes nothing.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }
}

fn write_all(lines: &Receiver<Vec<u8>>, mut out: impl Write) {
    let mut failing = false;
    for buffer in lines {
        let written = out.write_all(&buffer).and_then(|()| out.flush());
        if let (Err(error), false) = (&written, failing) {
            tracing::error!(%error, "the request log cannot be written");
        }
        failing = written.is_err();
    }
}

impl LogSink {
    /// Waits until everything is written. Every [`RequestLog`] has to be gone.
    pub fn finish(self) {
        drop(self.0.join());
    }
}

/// The lines of one thread that have not been handed over yet.
pub(crate) struct LogBuffer {
    log: RequestLog,
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    bytes: Vec<u8>,
    second: Second,
}

impl LogBuffer {
    pub(crate) fn new(log: RequestLog) -> Self {
        Self {
            log,
            pending: Mutex::default(),
        }
    }

    /// `false`: lines had to be dropped.
    fn add(&self, record: &Record, duration_us: u64) -> bool {
        if self.log.0.is_none() {
            return true;
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let Pending { bytes, second } = &mut *pending;
        line::write(bytes, second, record, duration_us);
        pending.bytes.len() < BUFFER_BYTES || self.hand_over(&mut pending)
    }

    pub(crate) fn flush(&self) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if !pending.bytes.is_empty() {
            self.hand_over(&mut pending);
        }
    }

    fn hand_over(&self, pending: &mut Pending) -> bool {
        let full = std::mem::replace(&mut pending.bytes, Vec::with_capacity(BUFFER_BYTES + 1024));
        self.log
            .0
            .as_ref()
            .is_none_or(|log| log.try_send(full).is_ok())
    }
}

/// What becomes known about a request while it is worked on.
pub(crate) struct Record {
    pub(crate) id: RequestId,
    /// When the caller had proven who it is; later for strangers.
    pub(crate) at: Option<UnixMicros>,
    pub(crate) started: Instant,
    /// When the answer had left, if somebody looked at the clock then.
    pub(crate) ended: Option<Instant>,
    pub(crate) peer: IpAddr,
    pub(crate) method: Method,
    pub(crate) caller: Option<Caller>,
    pub(crate) app: Option<Arc<App>>,
    pub(crate) operation: Option<Arc<str>>,
    pub(crate) connection: Option<Arc<Connection>>,
    pub(crate) effect: Option<Effect>,
    /// The stable word of a refusal.
    pub(crate) error: Option<&'static str>,
    /// 0 until there is an answer.
    pub(crate) status: u16,
    pub(crate) bytes: u64,
    /// The answer broke off.
    pub(crate) broken: bool,
}

impl Record {
    pub(crate) fn new(id: RequestId, method: Method, peer: IpAddr, started: Instant) -> Self {
        Self {
            id,
            at: None,
            started,
            ended: None,
            peer,
            method,
            caller: None,
            app: None,
            operation: None,
            connection: None,
            effect: None,
            error: None,
            status: 0,
            bytes: 0,
            broken: false,
        }
    }
}

/// A record that is written when the answer has left, or when nobody wants it any more.
pub(crate) struct Recording {
    pub(crate) record: Record,
    worker: Arc<Worker>,
}

impl Recording {
    pub(crate) fn new(
        worker: &Arc<Worker>,
        method: Method,
        peer: IpAddr,
        started: Instant,
    ) -> Self {
        let record = Record::new(worker.ids.next(), method, peer, started);
        Self {
            record,
            worker: worker.clone(),
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let record = &mut self.record;
        let ended = record.ended.unwrap_or_else(Instant::now);
        let duration = ended.saturating_duration_since(record.started);
        let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        record
            .at
            .get_or_insert_with(|| (self.worker.gateway.clock)());
        self.worker.counters.answered(record.status, duration_us);
        if !self.worker.log.add(record, duration_us) {
            self.worker.counters.log_lines_lost.increment(1);
        }
    }
}
