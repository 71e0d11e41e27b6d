//! `/v3/email/addresses`, and the token that proves that somebody reads what arrives there.

use postern_store::mailbox;
use serde_json::json;

use crate::world::World;

const NOW: i64 = postern_testkit::FixedClock::START.0 / 1_000_000;
const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Email address record not found.");

/// The path that the newest mail tells its reader to call.
async fn mailed_path(world: &World) -> String {
    let john = world.john;
    let mail = world
        .store
        .read(move |tx| mailbox::newest(tx, john, 1))
        .await
        .unwrap();
    let start = mail[0].body.find("/v3/").unwrap();
    mail[0].body[start..].lines().next().unwrap().to_owned()
}

async fn create(world: &World, address: &str) -> i64 {
    let made = world
        .post("/v3/email/addresses", json!({"email_address": address}))
        .await;
    made.data()["email_address_id"].as_i64().unwrap()
}

#[tokio::test]
async fn an_address_lives_from_post_to_delete() {
    let world = World::new().await;
    let made = world
        .post(
            "/v3/email/addresses",
            json!({"email_address": "John@Example.com"}),
        )
        .await;
    assert_eq!(made.body["response_msg"], "Email address has been created.");
    let id = made.data()["email_address_id"].as_i64().unwrap();
    assert_eq!(
        made.data(),
        &json!({"email_address_id": id, "email_address": "John@example.com", "verified": 0, "date_added": NOW.to_string()})
    );
    let again = world
        .post(
            "/v3/email/addresses",
            json!({"email_address": "John@EXAMPLE.com"}),
        )
        .await;
    assert_eq!(
        again.error(),
        (400, "ALREADY_EXISTS", "The email address already exists.")
    );
    let path = format!("/v3/email/addresses/{id}");
    assert_eq!(world.get(&path).await.data(), made.data());
    let page = world.get("/v3/email/addresses").await;
    assert_eq!(page.data()["data"], json!([made.data()]));
    let deleted = world.delete(&path).await;
    assert!(deleted.data().is_null());
    assert_eq!(deleted.body["response_msg"], "Email address deleted.");
    for answer in [
        world.get(&path).await,
        world.delete(&path).await,
        world.get("/v3/email/addresses/x").await,
        world
            .put(&format!("/v3/email/address-verify/{id}/send"), "{}")
            .await,
    ] {
        assert_eq!(answer.error(), NOT_FOUND);
    }
}

#[tokio::test]
async fn the_mailed_token_verifies_its_address_once() {
    let world = World::new().await;
    let id = create(&world, "a@example.com").await;
    let first = mailed_path(&world).await;
    let sent = world
        .put(&format!("/v3/email/address-verify/{id}/send"), "")
        .await;
    assert!(sent.data().is_null());
    assert_eq!(
        sent.body["response_msg"],
        "Verification email has been sent."
    );
    let second = mailed_path(&world).await;
    assert_eq!(
        world.put(&first, "").await.error().0,
        400,
        "a newer token was mailed"
    );
    let verified = world.put(&second, "{}").await;
    assert_eq!(verified.data()["verified"], 1);
    assert_eq!(verified.body["response_msg"], "Email address verified.");
    assert_eq!(world.put(&second, "").await.error().0, 400, "spent");
    assert_eq!(
        world.get(&format!("/v3/email/addresses/{id}")).await.data()["verified"],
        1
    );
}

#[tokio::test]
async fn a_token_is_for_its_address_and_for_a_day() {
    let world = World::new().await;
    let other = create(&world, "b@example.com").await;
    let id = create(&world, "a@example.com").await;
    let path = mailed_path(&world).await;
    let misused = path.replace(&format!("/{id}/verify/"), &format!("/{other}/verify/"));
    assert_eq!(world.put(&misused, "").await.error().0, 400);
    world.clock.advance_seconds(24 * 3600);
    assert_eq!(world.put(&path, "").await.error().0, 400);
}

#[tokio::test]
async fn what_is_no_address_is_refused_by_name() {
    let world = World::new().await;
    for body in [
        json!({}),
        json!({"email_address": "nobody"}),
        json!({"email_address": null}),
    ] {
        assert_eq!(
            world.post("/v3/email/addresses", body).await.error(),
            (
                400,
                "BAD_REQUEST",
                "email_address is missing or no e-mail address."
            )
        );
    }
}
