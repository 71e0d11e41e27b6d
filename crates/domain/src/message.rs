//! What states a message can be in and the one place that says what may happen to it (drawn in `docs/message-states.md`).

use crate::words::words;

#[cfg(test)]
mod tests;

words! {
    /// Where a message is. The words are ours (store, logs); what clients read is [`crate::receipt::Report`].
    pub enum Status {
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Waits for a carrier, at once.
        Queued = "queued",
        /// Addressed to a test number: accepted, and nothing will ever be sent. Final.
        Completed = "completed",
        /// A carrier has it.
        Sent = "sent",
        /// A carrier may have it: its bytes may have left and no answer came.
        InDoubt = "in_doubt",
        /// The carrier reported a failure that it is still trying to overcome.
        Retrying = "retrying",
        /// On the handset. Final.
        Delivered = "delivered",
        /// Given up. Final.
        Failed = "failed",
        /// Withdrawn by the customer before any carrier saw it. Final.
        Cancelled = "cancelled",
    }
}

words! {
    /// What can happen to a message after it was accepted from the customer.
    pub enum Event {
        /// A carrier accepted the attempt, or reports that the message is on its way.
        Accepted = "accepted",
        /// A carrier refused the attempt for good.
        Refused = "refused",
        /// The outcome of the attempt cannot be known.
        Doubted = "doubted",
        /// A receipt reports a temporary failure.
        Delayed = "delayed",
        /// A receipt reports the handset.
        Delivered = "delivered",
        /// A receipt reports final failure.
        Undelivered = "undelivered",
        /// No receipt came while one could still be expected.
        Expired = "expired",
        /// The customer withdrew it.
        Cancelled = "cancelled",
    }
}

impl Status {
    /// The state after `event`, or `None` where the event says nothing new: it came too late, twice, or before its time. The caller
    /// then changes nothing. Receipts may overtake the answer to the attempt, so they count from the queue on.
    pub const fn after(self, event: Event) -> Option<Status> {
        use Status::{
            Cancelled, Completed, Delivered, Failed, InDoubt, Queued, Retrying, Scheduled, Sent,
        };
        match (self, event) {
            (Queued | Scheduled | InDoubt, Event::Accepted) => Some(Sent),
            (Queued | Scheduled, Event::Refused) => Some(Failed),
            (Queued | Scheduled, Event::Doubted) => Some(InDoubt),
            (Queued | Scheduled | Sent | InDoubt, Event::Delayed) => Some(Retrying),
            (Queued | Scheduled | Sent | InDoubt | Retrying, Event::Delivered) => Some(Delivered),
            (Queued | Scheduled | Sent | InDoubt | Retrying, Event::Undelivered) => Some(Failed),
            (Sent | InDoubt | Retrying, Event::Expired) => Some(Failed),
            (Queued | Scheduled, Event::Cancelled) => Some(Cancelled),
            (Completed | Delivered | Failed | Cancelled, _) => None,
            (Sent | Retrying, Event::Accepted) => None,
            (Sent | InDoubt | Retrying, Event::Refused | Event::Doubted | Event::Cancelled) => None,
            (Retrying, Event::Delayed) => None,
            (Queued | Scheduled, Event::Expired) => None,
        }
    }

    /// Nothing can happen any more.
    pub fn is_final(self) -> bool {
        Event::ALL.iter().all(|event| self.after(*event).is_none())
    }

    /// Every state in which `event` has the given effect. The store's conditional updates are made from this, so the match above stays
    /// the only place that knows.
    pub fn sources(event: Event) -> impl Iterator<Item = Status> {
        Status::ALL
            .iter()
            .copied()
            .filter(move |status| status.after(event).is_some())
    }

    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            Status::Scheduled => 1,
            Status::Queued => 2,
            Status::Completed => 3,
            Status::Sent => 4,
            Status::InDoubt => 5,
            Status::Retrying => 6,
            Status::Delivered => 7,
            Status::Failed => 8,
            Status::Cancelled => 9,
        }
    }

    pub fn from_code(code: i64) -> Option<Status> {
        Status::ALL.iter().copied().find(|s| s.code() == code)
    }
}

impl Event {
    /// Each event leads to one state, wherever it applies.
    pub const fn target(self) -> Status {
        match self {
            Event::Accepted => Status::Sent,
            Event::Refused | Event::Undelivered | Event::Expired => Status::Failed,
            Event::Doubted => Status::InDoubt,
            Event::Delayed => Status::Retrying,
            Event::Delivered => Status::Delivered,
            Event::Cancelled => Status::Cancelled,
        }
    }
}
