//! What an operator hears of: near, hit, somewhere new, suddenly much; each once.

use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use postern_guard::{ScopeKind, Sending, Ticket, Watch};
use postern_store::alerts::{self, Alert};
use postern_store::{Lane, Store};
use postern_testkit::sqlite_store;
use serde_json::{Value, json};

use crate::counting::{NOW, ticket, to};

fn watched(limits: Value) -> Ticket {
    ticket(&[(ScopeKind::Key, limits)]).watched(Watch {
        key_id: Some("one".into()),
    })
}

async fn send(store: &Store, ticket: &Ticket, sending: Sending, at: UnixMicros) -> bool {
    let ticket = ticket.clone();
    let judged = store.write(Lane::of(1), move |tx| ticket.judge(tx, &sending, at));
    judged.await.unwrap().passed()
}

async fn raised(store: &Store) -> Vec<Alert> {
    let mut all = store
        .read(|tx| alerts::page(tx, i64::MAX, 100))
        .await
        .unwrap();
    all.reverse();
    all
}

fn kinds(alerts: &[Alert]) -> Vec<&str> {
    alerts.iter().map(|alert| alert.kind.as_str()).collect()
}

#[tokio::test]
async fn a_limit_is_near_once_and_hit_once_in_its_window() {
    let store = sqlite_store().await;
    let ticket = watched(json!({"messages_per_day": 10}));
    for n in 0..7 {
        assert!(send(&store, &ticket, to(&[n]), NOW).await);
    }
    assert!(raised(&store).await.is_empty());
    for n in 7..500 {
        assert_eq!(send(&store, &ticket, to(&[n]), NOW).await, n < 10);
    }
    let alerts = raised(&store).await;
    assert_eq!(kinds(&alerts), ["limit_near", "limit_hit"]);
    assert_eq!(alerts[0].scope, "key:one");
    assert_eq!(
        alerts[0].message,
        "The limit of 10 messages a day of this key is near: 8 are used."
    );
    assert_eq!(
        alerts[1].message,
        "The limit of 10 messages a day of this key was hit: 10 are used, and a call that asked for 1 was refused."
    );
    let detail: Value = serde_json::from_str(&alerts[1].detail).unwrap();
    assert_eq!(
        detail,
        json!({"rule": "messages_per_day", "limit": "10", "used": "10", "resets_at": "2026-11-24T00:00:00Z"})
    );
    // The next day it may be near again.
    let tomorrow = NOW.plus_secs(86_400);
    for n in 0..8 {
        assert!(send(&store, &ticket, to(&[n]), tomorrow).await);
    }
    assert_eq!(
        kinds(&raised(&store).await),
        ["limit_near", "limit_hit", "limit_near"]
    );
}

#[tokio::test]
async fn a_trial_and_an_unwatched_call_raise_nothing() {
    let store = sqlite_store().await;
    let unwatched = ticket(&[(ScopeKind::Key, json!({"messages_per_day": 1}))]);
    let trial = watched(json!({"messages_per_day": 1})).for_dry_run();
    for n in 0..3 {
        send(&store, &unwatched, to(&[n]), NOW).await;
        send(&store, &trial, to(&[n]), NOW).await;
    }
    assert!(raised(&store).await.is_empty());
}

fn abroad(country: &str) -> Sending {
    let mut sending = to(&[1]);
    sending.items[0].country = CountryCode::parse(country);
    sending
}

#[tokio::test]
async fn a_first_send_to_another_country_is_told_and_the_very_first_is_not() {
    let store = sqlite_store().await;
    let ticket = watched(json!({"messages_per_day": 1000}));
    for country in ["AU", "AU", "NG", "NG", "AU"] {
        assert!(send(&store, &ticket, abroad(country), NOW).await);
    }
    let alerts = raised(&store).await;
    assert_eq!(kinds(&alerts), ["new_country"]);
    assert_eq!(
        alerts[0].message,
        "This key sends to NG for the first time."
    );
    for country in ["NG", "AU"] {
        assert!(send(&store, &ticket, abroad(country), NOW.plus_secs(40 * 3600)).await);
    }
    assert_eq!(raised(&store).await.len(), 1);
}

#[tokio::test]
async fn an_hour_with_ten_times_the_usual_is_told_once_and_a_quiet_key_has_no_usual() {
    let store = sqlite_store().await;
    let ticket = watched(json!({"messages_per_month": 100_000}));
    let many: Vec<u32> = (0..100).collect();
    // Nothing to compare with.
    assert!(send(&store, &ticket, to(&many), NOW).await);
    assert!(raised(&store).await.is_empty());
    for hour in 1..100 {
        send(&store, &ticket, to(&[1, 2]), NOW.plus_secs(hour * 3600)).await;
    }
    assert!(raised(&store).await.is_empty());
    let now = NOW.plus_secs(100 * 3600);
    for n in 0..200 {
        send(&store, &ticket, to(&[n]), now).await;
    }
    let alerts = raised(&store).await;
    assert_eq!(kinds(&alerts), ["sudden_rate"]);
    assert_eq!(
        alerts[0].message,
        "This key has sent 64 messages within this hour; an hour in which it sends has 2 as a rule."
    );
}
