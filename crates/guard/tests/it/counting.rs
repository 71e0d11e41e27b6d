//! Reservations are exact, whoever comes at once, and give back what was not needed.

use std::sync::Arc;

use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use postern_guard::{
    Actual, Item, Limits, Policy, RecipientKey, Scope, ScopeKind, Sending, Ticket, Zones,
    give_back, settle,
};
use postern_store::{Lane, Store};
use postern_testkit::{FixedClock, TestStore};
use serde_json::{Value, json};

pub(crate) const NOW: UnixMicros = FixedClock::START;

pub(crate) fn limits(written: Value) -> Arc<Limits> {
    match Policy::parse(&serde_json::from_value(written).unwrap()) {
        Ok(Policy::Limited(limits)) => limits,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn ticket(scopes: &[(ScopeKind, Value)]) -> Ticket {
    let scope = |(kind, written): &(ScopeKind, Value)| Scope {
        kind: *kind,
        id: "one".into(),
        limits: limits(written.clone()),
    };
    Ticket::new(
        scopes.iter().map(scope).collect(),
        RecipientKey([7; 32]),
        Arc::new(Zones::shipped()),
    )
}

pub(crate) fn to(numbers: &[u32]) -> Sending {
    let item = |n: &u32| Item {
        to: format!("+6141{n:07}"),
        country: CountryCode::parse("AU"),
        segments: 2,
        price: Some(Micros(100_000)),
        leaves_at: NOW,
    };
    Sending {
        channel: Channel::Sms,
        currency: Some(Currency::Usd),
        items: numbers.iter().map(item).collect(),
        refused_by_platform: 0,
    }
}

/// Sends; gives the word of the first refusal.
pub(crate) async fn send(
    store: &Store,
    lane: i64,
    ticket: &Ticket,
    sending: Sending,
) -> Option<&'static str> {
    send_at(NOW, store, lane, ticket, sending).await
}

async fn send_at(
    now: UnixMicros,
    store: &Store,
    lane: i64,
    ticket: &Ticket,
    sending: Sending,
) -> Option<&'static str> {
    let ticket = ticket.clone();
    let judged = store
        .write(Lane::of(lane), move |tx| ticket.judge(tx, &sending, now))
        .await
        .unwrap();
    judged.refusals().next().map(|verdict| verdict.code)
}

async fn used(store: &Store, ticket: &Ticket) -> Vec<(&'static str, i64)> {
    let ticket = ticket.for_dry_run();
    let judged = store
        .read(move |tx| {
            let judged = ticket.judge(tx, &to(&[]), NOW)?;
            Ok(ticket.standing(&judged))
        })
        .await
        .unwrap();
    judged
        .iter()
        .map(|standing| {
            (
                postern_guard::rule(standing.measure, standing.span),
                standing.used,
            )
        })
        .collect()
}

async fn both<F: AsyncFn(&TestStore)>(test: F) {
    test(&postern_testkit::sqlite_store().await).await;
    if let Some(store) = postern_testkit::postgres_store().await {
        test(&store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_pass_exactly_the_caps() {
    both(async |store| {
        // Messages end first for some, money for others; all three scopes count.
        let ticket = ticket(&[
            (
                ScopeKind::Key,
                json!({"messages_per_day": 100, "recipients_per_hour": 1000}),
            ),
            (
                ScopeKind::Connection,
                json!({"spend_per_day": "9.00", "currency": "USD"}),
            ),
            (ScopeKind::Installation, json!({"segments_per_month": 170})),
        ]);
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..64_u32 {
            let (store, ticket) = (Store::clone(store), ticket.clone());
            writers.spawn(async move {
                let mut passed = 0;
                // Whatever the others leave, a single one at the end still fills it.
                for count in [1, 3, 2, 1] {
                    let numbers: Vec<u32> = (0..count).map(|i| n * 10 + i).collect();
                    if send(&store, i64::from(n), &ticket, to(&numbers))
                        .await
                        .is_none()
                    {
                        passed += i64::from(count);
                    }
                }
                passed
            });
        }
        let passed: i64 = writers.join_all().await.into_iter().sum();
        // 170 segments are 85 messages; 90 would be affordable, 100 allowed.
        assert_eq!(passed, 85);
        let used = used(store, &ticket).await;
        assert!(
            used.contains(&("messages_per_day", 85))
                && used.contains(&("spend_per_day", 8_500_000))
                && used.contains(&("segments_per_month", 170)),
            "{used:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recipients_repeats_and_prefixes_are_counted_apart() {
    both(async |store| {
        let ticket = ticket(&[(
            ScopeKind::Key,
            json!({"recipients_per_day": 3, "repeats_per_day": 2, "prefix_messages_per_hour": 5}),
        )]);
        let at = async |numbers: &[u32]| send(store, 1, &ticket, to(numbers)).await;
        assert_eq!(at(&[1, 2]).await, None);
        // One of them is known.
        assert_eq!(at(&[2, 3]).await, None);
        assert_eq!(at(&[4]).await, Some("limit_recipients_per_day"));
        assert_eq!(at(&[2]).await, Some("limit_repeats_per_day"));
        assert_eq!(at(&[1]).await, None);
        // Nobody gets more than two of them, but the prefix would get six.
        assert_eq!(at(&[3]).await, Some("limit_prefix_messages_per_hour"));
        // What was refused left nothing behind.
        assert_eq!(used(store, &ticket).await, [("recipients_per_day", 3)]);
    })
    .await;
}

/// Calls are judged in the order in which their units are written, which near the end of an hour need not be the order of their clocks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_late_to_an_hour_does_not_get_more_than_its_limit() {
    both(async |store| {
        let ticket = ticket(&[(
            ScopeKind::Key,
            json!({"repeats_per_hour": 2, "recipients_per_hour": 3, "repeats_per_day": 9}),
        )]);
        let next = NOW.plus_secs(3600);
        let at = async |now, numbers: &[u32]| send_at(now, store, 1, &ticket, to(numbers)).await;
        assert_eq!(at(NOW, &[1]).await, None);
        assert_eq!(at(NOW, &[1]).await, None);
        assert_eq!(at(NOW, &[1]).await, Some("limit_repeats_per_hour"));
        // The next hour begins anew; the one before it is as full as it was.
        assert_eq!(at(next, &[1]).await, None);
        assert_eq!(at(NOW, &[1]).await, Some("limit_repeats_per_hour"));
        assert_eq!(at(next, &[1]).await, None);
        assert_eq!(at(next, &[1]).await, Some("limit_repeats_per_hour"));
        // Somebody of whom the hour does not know any more counts as new to it.
        assert_eq!(at(next, &[2]).await, None);
        assert_eq!(at(NOW, &[2, 3]).await, None);
        assert_eq!(at(NOW, &[4]).await, Some("limit_recipients_per_hour"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_needed_comes_back() {
    both(async |store| {
        let ticket = ticket(&[(ScopeKind::Key, json!({"messages_per_day": 10, "recipients_per_day": 10, "spend_per_day": "5", "currency": "USD"}))]);
        let judge = async |numbers: &[u32]| {
            let (ticket, sending) = (ticket.clone(), to(numbers));
            store.write(Lane::CONTROL, move |tx| ticket.judge(tx, &sending, NOW)).await.unwrap()
        };
        let (first, second) = (judge(&[1, 2, 3]).await, judge(&[3, 4]).await);
        let told = serde_json::to_string(&second.holds).unwrap();
        assert!(!told.contains("+6141"), "{told}");
        store
            .write(Lane::CONTROL, move |tx| {
                settle(tx, &first.holds, Actual { messages: 2, segments: None, micros: Some(150_000) })?;
                // As it comes back from where it was kept.
                give_back(tx, &serde_json::from_str::<Vec<_>>(&told).unwrap())
            })
            .await
            .unwrap();
        let used = used(store, &ticket).await;
        assert_eq!(used, [("messages_per_day", 2), ("spend_per_day", 150_000), ("recipients_per_day", 3)]);
        // Number 4 is new again, number 3 is not.
        assert_eq!(send(store, 1, &ticket, to(&[3, 4, 5, 6, 7, 8, 9, 10])).await, None);
        assert_eq!(send(store, 1, &ticket, to(&[11])).await, Some("limit_messages_per_day"));
    })
    .await;
}
