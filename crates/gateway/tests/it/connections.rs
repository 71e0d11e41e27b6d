//! Which connection a call uses, what is said when there is none, and connections that fail and heal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use postern_access::Scope;
use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_testkit::{ScriptedUpstream, answer};

use crate::house::{House, problem};

#[tokio::test]
async fn the_chosen_one_or_the_oldest_active_one() {
    let house = House::open().await;
    let (first, second) = (
        ScriptedUpstream::answering(|_| Some(postern_testkit::ok(b"first"))).await,
        ScriptedUpstream::answering(|_| Some(postern_testkit::ok(b"second"))).await,
    );
    house
        .connection_as("clicksend", "http://127.0.0.1:1", Status::Pending, false)
        .await;
    house.connection("clicksend", &first.url()).await;
    let id = house.connection("clicksend", &second.url()).await;
    let key = house.key(Role::Agent).await;
    assert_eq!(
        house.get("/clicksend/v3/account", &key).await.text(),
        "first"
    );
    for header in ["Maton-Connection", "postern-connection"] {
        let chosen = house
            .call(
                "GET",
                "/clicksend/v3/account",
                &key,
                &format!("{header}: {id}\r\n"),
                "",
            )
            .await;
        assert_eq!(chosen.text(), "second");
    }
}

#[tokio::test]
async fn each_way_to_have_none_is_told_apart() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let test = house
        .key_with(Role::Agent, true, Scope::default(), None)
        .await;
    let of_acme = house.connection("acme", "http://127.0.0.1:1").await;
    let refused = |key: &str, id: Option<&str>| {
        let (key, line) = (
            key.to_owned(),
            id.map_or_else(String::new, |id| format!("maton-connection: {id}\r\n")),
        );
        let house = &house;
        async move {
            house
                .call("GET", "/clicksend/v3/account", &key, &line, "")
                .await
        }
    };
    assert_eq!(
        problem(&refused(&key, None).await),
        (400, "missing_connection".into())
    );
    let unknown = refused(&key, Some("nobody")).await;
    assert_eq!(problem(&unknown), (404, "connection_not_found".into()));
    assert!(
        unknown.text().contains("Connection `nobody` not found"),
        "{unknown:?}"
    );
    assert_eq!(
        problem(&refused(&key, Some(&of_acme)).await),
        (404, "connection_not_found".into())
    );
    let pending = house
        .connection_as("clicksend", "http://127.0.0.1:1", Status::Pending, false)
        .await;
    let not_active = refused(&key, Some(&pending)).await;
    assert_eq!(problem(&not_active), (409, "connection_not_active".into()));
    assert!(not_active.text().contains("connect link"), "{not_active:?}");
    assert_eq!(
        problem(&refused(&test, None).await),
        (403, "test_key".into())
    );
    let only_other = Scope {
        connections: Some([of_acme].into()),
        ..Scope::default()
    };
    let narrow = house.key_with(Role::Agent, false, only_other, None).await;
    assert_eq!(
        problem(&refused(&narrow, Some(&pending)).await),
        (403, "connection_out_of_scope".into())
    );
    let app = house.get("/nobody/x", &key).await;
    assert_eq!(problem(&app), (404, "unknown_app".into()));
}

#[tokio::test]
async fn test_keys_act_on_the_sandbox() {
    let house = House::open().await;
    house
        .connection_as("clicksend", "builtin", Status::Active, true)
        .await;
    let (live, test) = (
        house.key(Role::Full).await,
        house
            .key_with(Role::Agent, true, Scope::default(), None)
            .await,
    );
    assert_eq!(
        house.get("/clicksend/v3/account", &test).await.status(),
        Some(200)
    );
    assert_eq!(
        problem(&house.get("/clicksend/v3/account", &live).await),
        (400, "missing_connection".into())
    );
}

#[tokio::test]
async fn a_refused_credential_is_asked_about_and_heals() {
    let says = Arc::new(AtomicU16::new(401));
    let script = says.clone();
    let peer = ScriptedUpstream::answering(move |_| {
        let status = script.load(Ordering::SeqCst).to_string();
        Some(answer(
            &format!("{status} Said"),
            "",
            b"{\"http_code\":401}",
        ))
    })
    .await;
    let house = House::open().await;
    let id = house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let status = || {
        house
            .directory
            .connection_by_id(&id)
            .map(|connection| connection.status)
    };

    let refused = house.get("/clicksend/v3/account", &key).await;
    assert_eq!(
        (refused.status(), refused.text().as_str()),
        (Some(401), "{\"http_code\":401}"),
        "the upstream's own answer passes"
    );
    assert!(refused.header("postern-hint").is_some());
    assert_eq!(refused.header("postern-connection"), Some(id.as_str()));
    assert_eq!(refused.header("www-authenticate"), None);
    while status() != Some(Status::Failed) {
        tokio::task::yield_now().await;
    }
    let not_active = house
        .call(
            "GET",
            "/clicksend/v3/account",
            &key,
            &format!("maton-connection: {id}\r\n"),
            "",
        )
        .await;
    assert_eq!(problem(&not_active), (409, "connection_not_active".into()));
    assert_eq!(
        problem(&house.get("/clicksend/v3/account", &key).await),
        (400, "missing_connection".into())
    );

    // The upstream has come to its senses; whoever asks next makes us look again, once the pause is over.
    says.store(200, Ordering::SeqCst);
    house.clock.advance_seconds(60);
    assert_eq!(
        house.get("/clicksend/v3/account", &key).await.status(),
        Some(400)
    );
    while status() != Some(Status::Active) {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        house.get("/clicksend/v3/account", &key).await.status(),
        Some(200)
    );
    let entries = house.audit_until(|entries| entries.len() == 2).await;
    assert_eq!(
        entries
            .iter()
            .map(|entry| entry.action.as_str())
            .collect::<Vec<_>>(),
        ["connection.fail", "connection.heal"]
    );
    let alerts = house
        .store
        .read(|tx| postern_store::alerts::page(tx, i64::MAX, 10))
        .await
        .unwrap();
    let [alert] = &alerts[..] else {
        panic!("one alert: {alerts:?}");
    };
    assert_eq!(
        (alert.kind.as_str(), alert.scope.clone()),
        ("connection_failed", format!("connection:{id}"))
    );
    assert!(alert.message.contains("status 401"), "{}", alert.message);
}

#[tokio::test]
async fn one_refusal_about_something_else_fails_no_connection() {
    // The call is refused, the verification is not.
    let peer = ScriptedUpstream::answering(|message| {
        let status = if message.first_line().contains("/v3/account") {
            "200 OK"
        } else {
            "401 Unauthorized"
        };
        Some(answer(status, "", b"{}"))
    })
    .await;
    let house = House::open().await;
    let id = house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    for _ in 0..5 {
        assert_eq!(
            house.get("/clicksend/v3/sms/history", &key).await.status(),
            Some(401)
        );
    }
    let log = {
        let directory = house.directory.clone();
        let log = house.close().await;
        assert_eq!(
            directory
                .connection_by_id(&id)
                .map(|connection| connection.status),
            Some(Status::Active)
        );
        log
    };
    assert_eq!(log.lines().count(), 5);
}
