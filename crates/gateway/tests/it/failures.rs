//! Upstreams that fail in every way, and what callers are told: above all about sends.

use std::time::Duration;

use postern_domain::key::Role;
use postern_store::sends::{self, State};
use postern_testkit::ScriptedUpstream;

use crate::house::{House, Plan, problem};

fn impatient() -> Plan {
    let mut plan = Plan::default();
    plan.rules.timeouts.first_byte = Duration::from_millis(50);
    plan
}

async fn silent() -> ScriptedUpstream {
    ScriptedUpstream::start(|mut raw, _| async move {
        raw.rest().await;
    })
    .await
}

#[tokio::test]
async fn an_unreachable_upstream_is_502_and_nothing_left() {
    let house = House::open().await;
    let key = house.key(Role::Full).await;
    house.connection("clicksend", "http://127.0.0.1:1").await;
    for (method, path) in [
        ("GET", "/v3/account"),
        ("POST", "/v3/sms/send"),
        ("POST", "/v3/sms/templates"),
    ] {
        let reply = house
            .call(method, &format!("/clicksend{path}"), &key, "", "")
            .await;
        assert_eq!(
            problem(&reply),
            (502, "upstream_unreachable".into()),
            "{path}"
        );
        assert!(reply.text().contains("Nothing was sent"), "{reply:?}");
    }
    let sends = house
        .store
        .read(|tx| sends::page(tx, &Default::default(), None, 10))
        .await
        .expect("read");
    assert_eq!(sends.len(), 1);
    assert_eq!(
        sends[0].state,
        State::Failed,
        "the intent was settled before the answer"
    );
}

#[tokio::test]
async fn a_silent_upstream_is_504_but_a_send_is_unknown() {
    let (house, peer) = (House::planned(impatient()).await, silent().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for (method, path) in [("GET", "/v3/account"), ("POST", "/v3/sms/templates")] {
        let reply = house
            .call(method, &format!("/clicksend{path}"), &key, "", "")
            .await;
        assert_eq!(problem(&reply), (504, "upstream_timeout".into()), "{path}");
    }
    // A send, and what nobody knows and could be one.
    for path in ["/v3/sms/send", "/v3/nobody/knows"] {
        let reply = house
            .call("POST", &format!("/clicksend{path}"), &key, "", "{}")
            .await;
        assert_eq!(problem(&reply), (409, "send_unknown".into()), "{path}");
        let body: serde_json::Value = serde_json::from_slice(&reply.body).expect("json");
        let id = body["send_id"].as_str().expect("an id").to_owned();
        let send = house
            .store
            .read(move |tx| sends::get(tx, &id))
            .await
            .expect("read")
            .expect("the ledger knows it");
        assert_eq!((send.state, send.path.as_str()), (State::Unknown, path));
    }
}

#[tokio::test]
async fn an_upstream_that_hangs_up_is_502_but_a_send_is_unknown_and_never_made_twice() {
    let (house, peer) = (
        House::open().await,
        ScriptedUpstream::answering(|_| None).await,
    );
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    assert_eq!(
        problem(&house.get("/clicksend/v3/account", &key).await),
        (502, "upstream_broken".into())
    );
    let before = peer.connections();
    let reply = house
        .call("POST", "/clicksend/v3/sms/send", &key, "", "{}")
        .await;
    assert_eq!(problem(&reply), (409, "send_unknown".into()));
    assert_eq!(peer.connections(), before + 1);
}

#[tokio::test]
async fn a_send_goes_on_when_its_caller_hangs_up() {
    let (reached, at_peer) = tokio::sync::watch::channel(false);
    let (release, released) = tokio::sync::watch::channel(false);
    let peer = ScriptedUpstream::start(move |mut raw, _| {
        let (reached, mut released) = (reached.clone(), released.clone());
        async move {
            drop(raw.message(false).await);
            reached.send_replace(true);
            drop(released.wait_for(|go| *go).await);
            raw.write(postern_testkit::ok(b"{}")).await;
        }
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/sms/send HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 2\r\n\r\n{{}}")).await;
    let mut at_peer = at_peer;
    at_peer
        .wait_for(|there| *there)
        .await
        .expect("the upstream has it");
    drop(raw);
    // The log line of the abandoned request is written when the gateway has noticed.
    release.send_replace(true);
    let entries = house
        .audit_until(|entries| entries.iter().any(|entry| entry.closed_at.is_some()))
        .await;
    assert_eq!(
        (entries[0].outcome.as_deref(), entries[0].status),
        (Some("answered"), Some(200))
    );
}

#[tokio::test]
async fn leftovers_of_a_crash_become_unknown() {
    let (house, peer) = (House::open().await, silent().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/sms/send HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 2\r\n\r\n{{}}")).await;
    let entries = house.audit_until(|entries| !entries.is_empty()).await;
    let id = entries[0].send_id.clone().expect("a send");
    assert_eq!(entries[0].audit_id, id);
    // What the next process does at its start.
    house.clock.advance_seconds(10);
    assert_eq!(
        house
            .gateway
            .settle_leftovers(house.clock.now())
            .await
            .expect("settled"),
        1
    );
    assert_eq!(
        house
            .gateway
            .settle_leftovers(house.clock.now())
            .await
            .expect("settled"),
        0
    );
    let send = house
        .store
        .read(move |tx| sends::get(tx, &id))
        .await
        .expect("read")
        .expect("known");
    assert_eq!(send.state, State::Unknown);
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
            .await;
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!(
        "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
    ))
    .await;
    assert!(
        raw.message(false).await.is_none(),
        "the client sees that it is not whole"
    );
    let log = house.close().await;
    assert!(log.contains("\"response.broken\":true"), "{log}");
}
