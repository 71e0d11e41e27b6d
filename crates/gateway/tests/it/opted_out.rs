//! Whoever told a remote account to send no more gets nothing over its connection, from any key.

use postern_domain::key::Role;
use postern_store::{Lane, hooks};
use postern_testkit::{Message, ScriptedUpstream};
use serde_json::{Value, json};

use crate::house::{House, problem};

const JSON: &str = "content-type: application/json\r\n";

async fn send(house: &House, key: &str, headers: &str, to: &[&str]) -> Message {
    let messages: Vec<Value> = to.iter().map(|to| json!({"to": to, "body": "b"})).collect();
    let body = json!({"messages": messages}).to_string();
    house
        .call("POST", "/clicksend/v3/sms/send", key, headers, &body)
        .await
}

#[tokio::test]
async fn nobody_who_opted_out_is_written_to() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    let connection = house.connection("clicksend", &peer.url()).await;
    let full = house.key(Role::Full).await;
    let agent = house
        .limited_key(Role::Agent, r#"{"messages_per_day":50}"#)
        .await;
    let dry = format!("{JSON}postern-dry-run: true\r\n");
    let notes = async |key: &str| {
        let tried = send(&house, key, &dry, &["+61411000000"]).await;
        let told: Value = serde_json::from_slice(&tried.body).expect("JSON");
        told["notes"].to_string()
    };
    assert!(notes(&full).await.contains("not known here"));

    let token = house.hook(&connection).await;
    assert!(house.directory.hook("another").is_none());
    let hook = house.directory.hook(&token).expect("an address");
    let (id, subject, now) = (
        connection.clone(),
        hook.subject("+61411000000"),
        house.clock.now(),
    );
    let out = move |tx: &mut postern_store::Tx<'_>| hooks::opt_out(tx, &id, &subject, now);
    assert!(house.store.write(Lane::CONTROL, out).await.unwrap());

    assert!(!notes(&full).await.contains("not known here"));
    for key in [&full, &agent] {
        let refused = send(&house, key, JSON, &["+61411000001", "+61411000000"]).await;
        assert_eq!(problem(&refused), (403, "opted_out".into()));
        assert!(refused.text().contains("messages[1]"), "{}", refused.text());
        assert_eq!(
            send(&house, key, JSON, &["+61411000001"]).await.status(),
            Some(200)
        );
    }
    // What a key without limits sends is not held to be understood.
    let listed = r#"{"messages":[{"list_id":1,"body":"b"}]}"#;
    let echoed = house
        .call("POST", "/clicksend/v3/sms/send", &full, JSON, listed)
        .await;
    assert_eq!(echoed.status(), Some(200));
    assert!(
        echoed.text().ends_with("\"list_id\":1,\"body\":\"b\"}]}"),
        "{}",
        echoed.text()
    );
    let large = "x".repeat((1 << 20) + 1);
    let echoed = house
        .call("POST", "/clicksend/v3/fax/send", &full, JSON, &large)
        .await;
    assert_eq!(echoed.status(), Some(200));
    // Another connection has heard nothing.
    let other = house.connection("clicksend", &peer.url()).await;
    let headers = format!("{JSON}postern-connection: {other}\r\n");
    assert_eq!(
        send(&house, &full, &headers, &["+61411000000"])
            .await
            .status(),
        Some(200)
    );
}

#[tokio::test]
async fn an_address_takes_so_many_at_once() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    let connection = house.connection("clicksend", &peer.url()).await;
    let token = house.hook(&connection).await;
    let admitted = (0..1000).filter(|_| {
        let hook = house.directory.hook(&token).expect("an address");
        hook.admit(house.clock.now()).is_ok()
    });
    assert_eq!(admitted.count(), 500);
    house.directory.refresh().await.unwrap();
    let hook = house.directory.hook(&token).expect("an address");
    assert!(
        hook.admit(house.clock.now()).is_err(),
        "a refresh does not start afresh"
    );
    house.clock.advance_seconds(1);
    assert!(hook.admit(house.clock.now()).is_ok());
}
