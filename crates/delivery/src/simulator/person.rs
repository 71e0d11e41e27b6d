//! Who has the handset: whether it is on, and what they do with what reaches it.

use std::time::Duration;

use postern_domain::channel::Content;
use postern_domain::chaos::{Handled, Handset};
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::voice::Heard;

use crate::carrier::{Attempt, Report};

/// Between two looks at a handset that is off.
const OFF_PAUSE: Duration = Duration::from_secs(2);
/// Between two looks at a handset whose owner is thinking.
const HAND_PAUSE: Duration = Duration::from_millis(500);
/// For so long a call rings, and a message waits for somebody who decides by hand.
pub(super) const RINGS: Duration = Duration::from_secs(60);

/// What the network reports of a message that would be delivered. `waited`: since it reached the handset; `heard`: what is heard of a call
/// that nobody answers by hand.
pub(super) fn receives(
    handset: Handset,
    handled: Option<&Handled>,
    attempt: &Attempt,
    waited: Duration,
    heard: Heard,
) -> Report {
    let call = match &attempt.content {
        Content::Voice(call) => Some(call),
        _ => None,
    };
    match (handset, handled) {
        (_, Some(Handled::Refused)) => failed(Cause::RejectedByNetwork),
        (_, Some(Handled::Taken { digits })) => delivered(Heard {
            digits: call
                .filter(|call| call.require_input)
                .map(|_| digits.clone()),
            machine: call.filter(|call| call.machine_detection).map(|_| false),
        }),
        (Handset::On, None) => delivered(heard),
        (Handset::Off, None) if call.is_some() => failed(Cause::AbsentSubscriber),
        // Said once already.
        (Handset::Off, None) if attempt.status == Status::Retrying => Report::Nothing {
            ask_after: OFF_PAUSE,
        },
        (Handset::Off, None) => Report::Happened {
            event: Event::Delayed,
            cause: Some(Cause::AbsentSubscriber),
            heard: Heard::default(),
            ask_after: OFF_PAUSE,
            doubled: false,
        },
        (Handset::Refusing, None) => failed(Cause::RejectedByNetwork),
        (Handset::ByHand, None) if waited < RINGS => Report::Nothing {
            ask_after: HAND_PAUSE,
        },
        (Handset::ByHand, None) if call.is_some() => failed(Cause::AbsentSubscriber),
        (Handset::ByHand, None) => delivered(heard),
    }
}

fn delivered(heard: Heard) -> Report {
    Report::Happened {
        event: Event::Delivered,
        cause: None,
        heard,
        ask_after: Duration::ZERO,
        doubled: false,
    }
}

fn failed(cause: Cause) -> Report {
    Report::Happened {
        event: Event::Undelivered,
        cause: Some(cause),
        heard: Heard::default(),
        ask_after: Duration::ZERO,
        doubled: false,
    }
}
