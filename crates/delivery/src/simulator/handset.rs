//! The simulated handset at the other end: numbers that write back by themselves, and anybody who writes with it by hand.

use std::time::Duration;

use postern_domain::channel::Content;
use postern_domain::message_id::MessageId;
use postern_store::inbound::Incoming;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::fate::MAGIC;
use crate::carrier::Attempt;
use crate::incoming::{HandedOver, Taken};

/// Texts on their way at once; more wait.
const ON_THE_WAY_MAX: usize = 64;
/// Nobody listens when the process is about to end; what was not taken is handed over again after the next start.
const TAKEN_WITHIN: Duration = Duration::from_secs(2);

pub(super) struct Handset {
    sending: mpsc::Sender<HandedOver>,
    arriving: Mutex<mpsc::Receiver<HandedOver>>,
}

impl Handset {
    pub(super) fn new() -> Handset {
        let (sending, arriving) = mpsc::channel(ON_THE_WAY_MAX);
        Handset {
            sending,
            arriving: Mutex::new(arriving),
        }
    }

    /// The next text that somebody writes.
    pub(super) async fn next(&self) -> HandedOver {
        match self.arriving.lock().await.recv().await {
            Some(handed_over) => handed_over,
            None => std::future::pending().await,
        }
    }

    /// Writes a text and waits until it is durable.
    pub(super) async fn write(&self, text: Incoming) -> Taken {
        let (told, hearing) = oneshot::channel();
        let taken = async {
            self.sending.send(HandedOver { text, told }).await.ok()?;
            hearing.await.ok()
        };
        let taken = tokio::time::timeout(TAKEN_WITHIN, taken).await;
        taken.ok().flatten().unwrap_or(Taken::NotNow)
    }
}

/// What the owner of the number writes back to a message that reached it; most write nothing.
pub(super) fn answer(attempt: &Attempt) -> Option<Incoming> {
    if matches!(attempt.content, Content::Voice(_)) {
        return None;
    }
    let number = attempt.recipient.strip_prefix(MAGIC)?;
    let body = match number {
        "0301" => "STOP".to_owned(),
        "0302" => "START".to_owned(),
        "0303" => "Yes".to_owned(),
        "0304" => attempt.body.clone(),
        _ => return None,
    };
    Some(Incoming {
        message_id: id_of_answer(attempt.message_id),
        sender: attempt.recipient.clone(),
        recipient: attempt.sender.clone(),
        body,
    })
}

/// The same for every time that the answer is written, and nobody else's.
fn id_of_answer(MessageId(mut bytes): MessageId) -> MessageId {
    // Byte 8 holds the variant.
    for byte in &mut bytes[9..] {
        *byte = !*byte;
    }
    MessageId(bytes)
}
