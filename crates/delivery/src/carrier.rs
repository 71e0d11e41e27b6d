//! The Carrier port: who takes a message to a handset, and what it can say about it.

use std::pin::Pin;
use std::time::Duration;

use postern_domain::channel::Content;
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;
use postern_store::messages::MessageKey;

use crate::incoming::HandedOver;

/// One message on its way to a carrier.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Whose message it is, and which of theirs.
    pub key: MessageKey,
    pub message_id: MessageId,
    pub recipient: String,
    pub sender: String,
    pub body: String,
    /// Which channel it is on, and what that needs beside the body.
    pub content: Content,
    pub status: Status,
    pub accepted_at: UnixMicros,
    pub sent_at: Option<UnixMicros>,
    /// How often a carrier has asked to come back later.
    pub deferrals: u32,
}

/// What a carrier says to a submitted message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has the message; ask for a report after this time if none came by itself.
    Accepted { ask_after: Duration },
    /// It will never take this message.
    Refused(Cause),
    /// It certainly did not take it now; come back after this time.
    Throttled { after: Duration },
    /// Bytes may have left and no answer came.
    InDoubt { ask_after: Duration },
}

/// What a carrier says about a message that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// It knows nothing yet; ask again after this time.
    Nothing { ask_after: Duration },
    /// Something happened. `ask_after` counts when that is not final.
    Happened {
        event: Event,
        cause: Option<Cause>,
        /// Of calls.
        heard: Heard,
        ask_after: Duration,
        /// It said so twice.
        doubled: bool,
    },
}

pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Implementations own their connections, windows and pace. They answer within their own time limits and never panic.
pub trait Carrier: Send + Sync + 'static {
    /// Stable word for the store, logs and metrics.
    fn name(&self) -> &'static str;

    /// Whether submitting the same message id again is harmless because the carrier knows it from the first time.
    fn recognises_repeats(&self) -> bool;

    fn submit<'a>(&'a self, attempt: &'a Attempt) -> Boxed<'a, Answer>;

    /// For carriers that are asked. One whose receipts come by themselves says [`Report::Nothing`].
    fn ask<'a>(&'a self, attempt: &'a Attempt, now: UnixMicros) -> Boxed<'a, Report>;

    /// The next text that came in; waits for it. A carrier that never brings any waits for ever.
    fn incoming(&self) -> Boxed<'_, HandedOver> {
        Box::pin(std::future::pending())
    }
}
