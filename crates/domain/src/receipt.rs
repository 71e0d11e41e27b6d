//! What clients read about a message's fate: ClickSend's words, status codes 200 to 301 and error codes 1 to 20
//! (clicksend-v3.md A.5, messaging.md §4.2).

use crate::message::Status;

/// Why a message failed, or keeps failing: the second half of ClickSend's error table.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    Unknown,
    UnknownSubscriber,
    UnidentifiedSubscriber,
    IllegalSubscriber,
    NotSupported,
    AbsentSubscriber,
    MemoryFull,
    Congestion,
    RejectedByNetwork,
    Temporary,
    NetworkTimeout,
    RoutingError,
    AntiSpam,
    ReceiptExpired,
}

impl Cause {
    pub const ALL: [Cause; 14] = [
        Cause::Unknown,
        Cause::UnknownSubscriber,
        Cause::UnidentifiedSubscriber,
        Cause::IllegalSubscriber,
        Cause::NotSupported,
        Cause::AbsentSubscriber,
        Cause::MemoryFull,
        Cause::Congestion,
        Cause::RejectedByNetwork,
        Cause::Temporary,
        Cause::NetworkTimeout,
        Cause::RoutingError,
        Cause::AntiSpam,
        Cause::ReceiptExpired,
    ];

    /// ClickSend's `error_code`; also the stable number in the store.
    pub const fn error_code(self) -> u8 {
        match self {
            Cause::Unknown => 7,
            Cause::UnknownSubscriber => 8,
            Cause::UnidentifiedSubscriber => 9,
            Cause::IllegalSubscriber => 10,
            Cause::NotSupported => 11,
            Cause::AbsentSubscriber => 12,
            Cause::MemoryFull => 13,
            Cause::Congestion => 14,
            Cause::RejectedByNetwork => 15,
            Cause::Temporary => 16,
            Cause::NetworkTimeout => 17,
            Cause::RoutingError => 18,
            Cause::AntiSpam => 19,
            Cause::ReceiptExpired => 20,
        }
    }

    pub fn from_error_code(code: u8) -> Option<Cause> {
        Cause::ALL.into_iter().find(|c| c.error_code() == code)
    }

    /// Our wording; ClickSend's own sentences are not public.
    pub const fn text(self) -> &'static str {
        match self {
            Cause::Unknown => "Message failed, cause unknown.",
            Cause::UnknownSubscriber => "Unknown subscriber.",
            Cause::UnidentifiedSubscriber => "Unidentified subscriber.",
            Cause::IllegalSubscriber => "Illegal subscriber.",
            Cause::NotSupported => "SMS is not supported or is barred for this subscriber.",
            Cause::AbsentSubscriber => "Absent subscriber: the handset is off or out of coverage.",
            Cause::MemoryFull => "The handset's memory is full.",
            Cause::Congestion => "Network error or congestion.",
            Cause::RejectedByNetwork => "Rejected by the network.",
            Cause::Temporary => "Temporary failure, delivery will be retried.",
            Cause::NetworkTimeout => "Network timeout.",
            Cause::RoutingError => "Routing error.",
            Cause::AntiSpam => "Rejected by the network's spam filter.",
            Cause::ReceiptExpired => "No delivery receipt arrived in time.",
        }
    }
}

/// A message's fate in the words of history and receipts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `status` of history rows.
    pub word: &'static str,
    /// 200, 201, 300 or 301; `None` until a carrier was involved.
    pub status_code: Option<u16>,
    /// Sentence of history rows.
    pub history_text: Option<&'static str>,
    /// Sentence of receipts.
    pub receipt_text: &'static str,
    pub error_code: Option<u8>,
    pub error_text: Option<&'static str>,
}

impl Report {
    pub fn of(status: Status, cause: Option<Cause>) -> Report {
        let (word, status_code, history_text, receipt_text) = match status {
            Status::Queued => ("Queued", None, None, "Queued"),
            Status::Scheduled => ("Scheduled", None, None, "Scheduled"),
            Status::Completed => ("Completed", None, None, "Completed"),
            Status::Sent | Status::InDoubt => (
                "Sent",
                Some(200),
                Some("Message sent to the network"),
                "Success: Message accepted by the network.",
            ),
            Status::Delivered => (
                "Sent",
                Some(201),
                Some("Message delivered to the handset"),
                "Success: Message received on handset.",
            ),
            Status::Retrying => (
                "Failed",
                Some(300),
                Some("Temporary failure, delivery will be retried"),
                "Temporary failure: Delivery will be retried.",
            ),
            Status::Failed => (
                "Failed",
                Some(301),
                Some("Message could not be delivered"),
                "Failed: Message could not be delivered.",
            ),
            Status::Cancelled => (
                "Cancelled",
                Some(301),
                Some("Message cancelled before it was sent"),
                "Cancelled: Message cancelled before it was sent.",
            ),
        };
        let (error_code, error_text) = match status {
            Status::Failed | Status::Retrying => {
                let cause = cause.unwrap_or(Cause::Unknown);
                (Some(cause.error_code()), Some(cause.text()))
            }
            Status::Cancelled => (Some(5), Some("Cancelled.")),
            _ => (None, None),
        };
        Report {
            word,
            status_code,
            history_text,
            receipt_text,
            error_code,
            error_text,
        }
    }

    /// The states whose history word is `word`, in any case: what `q=status:…` searches for.
    pub fn states_with_word(word: &str) -> impl Iterator<Item = Status> {
        Status::ALL
            .iter()
            .copied()
            .filter(move |status| Report::of(*status, None).word.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Report};
    use crate::message::Status;

    #[test]
    fn causes_are_seven_to_twenty() {
        let codes: Vec<u8> = Cause::ALL.iter().map(|c| c.error_code()).collect();
        assert_eq!(codes, (7..=20).collect::<Vec<_>>());
        for cause in Cause::ALL {
            assert_eq!(Cause::from_error_code(cause.error_code()), Some(cause));
        }
        assert_eq!(Cause::from_error_code(6), None);
    }

    #[test]
    fn reports_follow_the_table_of_the_reference() {
        let table = [
            (Status::Queued, None, "Queued", None, None),
            (Status::Scheduled, None, "Scheduled", None, None),
            (Status::Completed, None, "Completed", None, None),
            (Status::Sent, None, "Sent", Some(200), None),
            (Status::InDoubt, None, "Sent", Some(200), None),
            (Status::Delivered, None, "Sent", Some(201), None),
            (Status::Cancelled, None, "Cancelled", Some(301), Some(5)),
            (
                Status::Retrying,
                Some(Cause::Temporary),
                "Failed",
                Some(300),
                Some(16),
            ),
            (
                Status::Failed,
                Some(Cause::AbsentSubscriber),
                "Failed",
                Some(301),
                Some(12),
            ),
            (Status::Failed, None, "Failed", Some(301), Some(7)),
        ];
        for (status, cause, word, status_code, error_code) in table {
            let report = Report::of(status, cause);
            assert_eq!(
                (report.word, report.status_code, report.error_code),
                (word, status_code, error_code),
                "{status}"
            );
        }
        assert_eq!(
            Report::of(Status::Delivered, None).receipt_text,
            "Success: Message received on handset."
        );
    }

    #[test]
    fn a_search_word_finds_all_its_states() {
        let sent: Vec<_> = Report::states_with_word("sent").collect();
        assert_eq!(sent, [Status::Sent, Status::InDoubt, Status::Delivered]);
        assert_eq!(Report::states_with_word("WaitApproval").count(), 0);
    }
}
