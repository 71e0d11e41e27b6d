//! What becomes of a simulated message: decided by its recipient and its id, and by nothing else.

use std::time::Duration;

use postern_domain::chaos::Chaos;
use postern_domain::message::Event;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::voice::Heard;

use crate::carrier::Report;
use crate::config::Timing;

/// Numbers that begin like this misbehave on purpose; no network has given them out.
pub(super) const MAGIC: &str = "+1555000";
pub(super) const LATE: Duration = Duration::from_secs(60);
const SILENCE: Duration = Duration::from_secs(3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Delivered,
    Failed(Cause),
    DelayedThenDelivered,
    Refused(Cause),
    Throttled,
    InDoubt,
    NoReceipt,
    Late,
}

impl Fate {
    /// Magic numbers come before any chaos.
    pub(super) fn of(recipient: &str, id: MessageId, timing: &Timing, chaos: &Chaos) -> Fate {
        let Some(number) = magic(recipient) else {
            match chaos.failure(id) {
                Some(Cause::Temporary) => return Fate::DelayedThenDelivered,
                Some(cause) => return Fate::Failed(cause),
                None if chaos.loses_receipt(id) => return Fate::NoReceipt,
                None => {}
            }
            let unlucky = spread(id) % 1000 < u64::from(timing.failures_permille);
            return if unlucky {
                Fate::Failed(Cause::Unknown)
            } else {
                Fate::Delivered
            };
        };
        match number.parse::<u16>() {
            Ok(16) => Fate::DelayedThenDelivered,
            Ok(code @ 7..=20) => u8::try_from(code)
                .ok()
                .and_then(Cause::from_error_code)
                .map_or(Fate::Delivered, Fate::Failed),
            Ok(101) => Fate::Refused(Cause::RejectedByNetwork),
            Ok(102) => Fate::Throttled,
            Ok(103) => Fate::InDoubt,
            Ok(104) => Fate::NoReceipt,
            Ok(105) => Fate::Late,
            _ => Fate::Delivered,
        }
    }

    /// `retrying`: a temporary failure was reported before.
    pub(super) fn report(self, retrying: bool, delay: Duration, heard: Heard) -> Report {
        let happened = |event, cause| Report::Happened {
            event,
            cause,
            heard: Heard::default(),
            ask_after: delay,
            doubled: false,
        };
        match self {
            Fate::NoReceipt => Report::Nothing { ask_after: SILENCE },
            Fate::Failed(cause) => happened(Event::Undelivered, Some(cause)),
            Fate::Refused(cause) => happened(Event::Undelivered, Some(cause)),
            Fate::DelayedThenDelivered if !retrying => {
                happened(Event::Delayed, Some(Cause::Temporary))
            }
            _ => Report::Happened {
                event: Event::Delivered,
                cause: None,
                heard,
                ask_after: delay,
                doubled: false,
            },
        }
    }
}

/// The last four digits of a number that decides by itself.
pub(super) fn magic(recipient: &str) -> Option<&str> {
    recipient.strip_prefix(MAGIC).filter(|rest| rest.len() == 4)
}

/// Somewhere between the two ends, always the same for one message.
pub(super) fn delay(timing: &Timing, chaos: &Chaos, id: MessageId) -> Duration {
    let (min, max) = chaos
        .delay
        .unwrap_or((timing.delivered_after_min, timing.delivered_after_max));
    let span = max.saturating_sub(min);
    let span_micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX).max(1);
    min + Duration::from_micros(spread(id) % span_micros)
}

/// FNV-1a: neighbouring ids land far apart.
fn spread(id: MessageId) -> u64 {
    id.0.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: MessageId = MessageId([7; 16]);

    fn calm() -> Chaos {
        Chaos::default()
    }

    #[test]
    fn numbers_decide() {
        let timing = Timing::default();
        for (number, fate) in [
            ("+61411111111", Fate::Delivered),
            ("+15551234567", Fate::Delivered),
            ("+15550000008", Fate::Failed(Cause::UnknownSubscriber)),
            ("+15550000020", Fate::Failed(Cause::ReceiptExpired)),
            ("+15550000016", Fate::DelayedThenDelivered),
            ("+15550000006", Fate::Delivered),
            ("+15550000101", Fate::Refused(Cause::RejectedByNetwork)),
            ("+15550000104", Fate::NoReceipt),
            ("+155500001040", Fate::Delivered),
        ] {
            assert_eq!(Fate::of(number, ID, &timing, &calm()), fate, "{number}");
        }
    }

    #[test]
    fn the_delay_is_within_the_ends_and_does_not_change() {
        let timing = Timing::default();
        for n in 0..=255_u8 {
            let id = MessageId([n; 16]);
            let delay = delay(&timing, &calm(), id);
            assert!(delay >= timing.delivered_after_min && delay <= timing.delivered_after_max);
            assert_eq!(delay, super::delay(&timing, &calm(), id));
        }
        let exact = Timing {
            delivered_after_max: timing.delivered_after_min,
            ..timing
        };
        assert_eq!(super::delay(&exact, &calm(), ID), exact.delivered_after_min);
    }

    #[test]
    fn failures_come_in_about_the_wanted_number() {
        let timing = Timing {
            failures_permille: 100,
            ..Timing::default()
        };
        let failed = (0..10_000_u64)
            .filter(|n| {
                let mut bytes = [0; 16];
                bytes[..8].copy_from_slice(&n.to_be_bytes());
                matches!(
                    Fate::of("+61411111111", MessageId(bytes), &timing, &calm()),
                    Fate::Failed(_)
                )
            })
            .count();
        assert!((800..1200).contains(&failed), "{failed}");
    }
}
