use proptest::prelude::*;

use super::{Event, Status};

#[test]
fn every_event_leads_to_its_one_target() {
    for status in Status::ALL {
        for event in Event::ALL {
            if let Some(next) = status.after(*event) {
                assert_eq!(next, event.target(), "{status} after {event}");
                assert_ne!(next, *status, "{status} after {event}");
            }
        }
    }
}

#[test]
fn final_states_are_these() {
    let finals: Vec<_> = Status::ALL.iter().filter(|s| s.is_final()).collect();
    assert_eq!(
        finals,
        [
            &Status::Completed,
            &Status::Delivered,
            &Status::Failed,
            &Status::Cancelled
        ]
    );
}

#[test]
fn only_what_no_carrier_saw_can_be_cancelled() {
    let cancellable: Vec<_> = Status::sources(Event::Cancelled).collect();
    assert_eq!(cancellable, [Status::Scheduled, Status::Queued]);
}

#[test]
fn codes_are_stable_and_read_back() {
    let codes: Vec<_> = Status::ALL.iter().map(|s| s.code()).collect();
    assert_eq!(codes, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for status in Status::ALL {
        assert_eq!(Status::from_code(status.code()), Some(*status));
    }
    assert_eq!(Status::from_code(0), None);
}

#[test]
fn no_table_entry_needs_more_sources_than_the_store_binds() {
    for event in Event::ALL {
        assert!(Status::sources(*event).count() <= 5, "{event}");
    }
}

proptest! {
    #[test]
    fn any_story_ends_at_most_once(events in prop::collection::vec(prop::sample::select(Event::ALL), 0..40)) {
        let mut status = Status::Queued;
        let mut finals = 0;
        for event in events {
            let Some(next) = status.after(event) else { continue };
            prop_assert!(!status.is_final());
            finals += u32::from(next.is_final());
            status = next;
        }
        prop_assert!(finals <= 1);
        prop_assert_eq!(finals == 1, status.is_final());
    }

    #[test]
    fn a_delivered_message_was_never_cancelled_or_refused(events in prop::collection::vec(prop::sample::select(Event::ALL), 0..40)) {
        let (mut status, mut applied) = (Status::Scheduled, Vec::new());
        for event in events {
            if let Some(next) = status.after(event) {
                status = next;
                applied.push(event);
            }
        }
        if status == Status::Delivered {
            prop_assert!(!applied.contains(&Event::Cancelled) && !applied.contains(&Event::Refused));
        }
    }
}
