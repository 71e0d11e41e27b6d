//! Alerts reach their endpoints: signed, tried again, each once when it arrives.

use postern_delivery::Teller;
use postern_store::Lane;
use postern_store::alerts::{self, Endpoint, FIELD, NewAlert, sealing_owner};
use postern_store::settings::TENANT;
use postern_vault::{Aad, KeyRing, Vault, webhook};
use secrecy::SecretSlice;
use serde_json::{Value, json};

use crate::pushes::{Receiver, parts};
use crate::world::World;

const SECRET: [u8; 32] = [9; 32];

struct Scene {
    world: World,
    teller: Teller,
}

impl Scene {
    async fn new(url: String, allow: &[&str]) -> Scene {
        let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
        let owner = sealing_owner("e");
        let aad = Aad {
            tenant: TENANT,
            owner: &owner,
            field: FIELD,
        };
        let new = Endpoint {
            endpoint_id: "e".into(),
            url,
            secret_sealed: vault.seal(&aad, &SECRET).0,
            created_at: world.clock.now(),
            tried_at: None,
            problem: None,
        };
        let added = world
            .store
            .write(Lane::CONTROL, move |tx| alerts::add_endpoint(tx, &new));
        assert!(added.await.unwrap());
        let teller = Teller::new(parts(&world, &vault, allow));
        Scene { world, teller }
    }

    async fn raise(&self, period: &str) {
        let new = NewAlert {
            kind: "limit_hit",
            scope: "key:k".into(),
            period: period.into(),
            message: "It was hit.".into(),
            detail: json!({"limit": "5"}).to_string(),
            endpoint_id: None,
        };
        let now = self.world.clock.now();
        let raised = self
            .world
            .store
            .write(Lane::CONTROL, move |tx| alerts::raise(tx, &new, now));
        assert!(raised.await.unwrap());
    }

    async fn endpoint(&self) -> Endpoint {
        let found = self.world.store.read(|tx| alerts::endpoint(tx, "e"));
        found.await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn an_alert_is_a_signed_call() {
    let receiver = Receiver::answering(&["204 No Content"]).await;
    let scene = Scene::new(receiver.url("/alerts?token=t"), &["127.0.0.0/8"]).await;
    scene.raise("1").await;
    assert_eq!(scene.teller.run_due().await.unwrap(), 1);
    let heard = receiver.heard();
    let call = &heard[0];
    assert_eq!(call.first_line(), "POST /alerts?token=t HTTP/1.1");
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    let now = scene.world.clock.now();
    assert_eq!(
        body,
        json!({"type": "alert.limit_hit", "timestamp": "2026-11-23T00:00:00Z", "data": {
            "alert_id": "alert_1", "kind": "limit_hit", "scope": "key", "id": "k", "message": "It was hit.", "detail": {"limit": "5"},
        }})
    );
    let signature = webhook::sign(
        &SecretSlice::from(SECRET.to_vec()),
        "alert_1",
        now.secs(),
        &call.body,
    );
    for (name, value) in [
        ("webhook-id", "alert_1"),
        ("webhook-timestamp", &now.secs().to_string()),
        ("webhook-signature", &signature),
        ("content-type", "application/json"),
    ] {
        assert_eq!(call.header(name), Some(value), "{name}");
    }
    assert_eq!(scene.teller.run_due().await.unwrap(), 0);
    assert_eq!(scene.endpoint().await.problem, None);
}

#[tokio::test]
async fn what_does_not_arrive_is_tried_again_under_the_same_id() {
    let receiver = Receiver::answering(&["500 Oops", "302 Found", "200 OK"]).await;
    let scene = Scene::new(receiver.url("/"), &["127.0.0.0/8"]).await;
    scene.raise("1").await;
    for (wait, problem) in [
        (0, Some("status 500")),
        (10, Some("status 302")),
        (60, None),
    ] {
        scene.world.clock.advance_seconds(wait);
        assert_eq!(scene.teller.run_due().await.unwrap(), 1);
        assert_eq!(scene.endpoint().await.problem.as_deref(), problem);
        assert_eq!(scene.teller.run_due().await.unwrap(), 0);
    }
    let ids: Vec<_> = receiver
        .heard()
        .iter()
        .map(|call| call.header("webhook-id").map(str::to_owned))
        .collect();
    assert_eq!(ids, vec![Some("alert_1".to_owned()); 3]);
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_and_addresses_within_are_refused() {
    let scene = Scene::new("http://127.0.0.1:9/".into(), &[]).await;
    scene.raise("1").await;
    let mut tries = 0;
    while let Some(due) = scene.world.store.read(alerts::next_due).await.unwrap() {
        let wait = (due.0 - scene.world.clock.now().0).max(0) / 1_000_000 + 1;
        scene.world.clock.advance_seconds(wait);
        tries += scene.teller.run_due().await.unwrap();
    }
    assert_eq!(tries, 12);
    assert!(scene.endpoint().await.problem.is_some());
}
