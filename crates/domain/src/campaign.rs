//! Where a campaign is, and what may happen to it then (clicksend-v3.md A.5; nobody approves campaigns here, and there are no drafts).

use crate::words::words;

words! {
    /// ClickSend's words.
    pub enum Status {
        /// Waits for its time.
        Scheduled = "Scheduled",
        /// Its time has come; no message of it exists.
        Queued = "Queued",
        /// Some of its messages exist.
        Sending = "Sending",
        /// Everybody was looked at. Final.
        Sent = "Sent",
        /// Withdrawn: what was not sent by then is not sent. Final.
        Cancelled = "Cancelled",
        /// It could not go on, or nothing of it could be sent. Final.
        Failed = "Failed",
    }
}

impl Status {
    /// Whether text, list and time may still be changed.
    pub const fn is_open(self) -> bool {
        matches!(self, Status::Scheduled | Status::Queued)
    }

    /// Whether there is anything left to withdraw.
    pub const fn is_cancellable(self) -> bool {
        matches!(self, Status::Scheduled | Status::Queued | Status::Sending)
    }

    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            Status::Scheduled => 1,
            Status::Queued => 2,
            Status::Sending => 3,
            Status::Sent => 4,
            Status::Cancelled => 5,
            Status::Failed => 6,
        }
    }

    pub fn from_code(code: i64) -> Option<Status> {
        Status::ALL.iter().copied().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn codes_lead_back_and_the_first_three_are_unfinished() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(*status));
            assert_eq!(
                status.is_cancellable(),
                status.code() <= 3,
                "{status}: the store's index says so"
            );
            assert!(!status.is_open() || status.is_cancellable());
        }
    }
}
