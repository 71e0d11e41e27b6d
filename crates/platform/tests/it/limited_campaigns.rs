//! Campaigns of limited keys: judged with everybody on their list when they are accepted, and never more than that.

use axum::body::Body;
use http::Request;
use postern_guard::{Outcome, Stands, Ticket};
use serde_json::{Value, json};

use crate::campaigns::customers;
use crate::guarded::ticket;
use crate::world::{Answer, World, acting};

async fn send(world: &World, ticket: &Ticket, list_id: i64, more: Value) -> Answer {
    let mut body =
        json!({"list_id": list_id, "name": "Sale", "from": "", "body": "Hi (First Name)"});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let request = acting(Request::post("/v3/sms-campaigns/send"), world.john);
    let request = request.extension(ticket.clone());
    world
        .call(request.body(Body::from(body.to_string())).unwrap())
        .await
}

fn code(answer: &Answer) -> &'static str {
    match answer.extensions.get::<Outcome>() {
        Some(Outcome::Refused(verdicts)) => verdicts[0].code,
        other => panic!("{other:?} {answer:?}"),
    }
}

async fn recipients(world: &World) -> Vec<String> {
    let page = world.get("/v3/sms/history?limit=100").await;
    let rows = page.data()["data"].as_array().unwrap().iter();
    let mut to: Vec<_> = rows
        .map(|row| row["to"].as_str().unwrap().to_owned())
        .collect();
    to.sort();
    to
}

#[tokio::test]
async fn a_list_counts_as_a_send_to_everybody_on_it() {
    let world = World::new().await;
    let (_, list) = customers(&world, 3).await;
    let limited = ticket(json!({"messages_per_day": 5, "recipients_allow": ["+1555*"]}));
    let previewed = send(&world, &limited.for_dry_run(), list, json!({})).await;
    let Some(Outcome::Previewed(preview)) = previewed.extensions.get() else {
        panic!("{previewed:?}")
    };
    assert_eq!((preview.messages, preview.recipients), (3, 3));
    assert!(preview.verdicts.iter().all(|verdict| verdict.passed));
    let made = send(&world, &limited, list, json!({})).await;
    assert_eq!(made.data()["list_id"], list);
    let Some(Stands(stands)) = made.extensions.get() else {
        panic!("limits are told")
    };
    assert_eq!(stands[0].used, 3);
    assert_eq!(
        code(&send(&world, &limited, list, json!({})).await),
        "limit_messages_per_day"
    );
    let strict = ticket(json!({"recipients_deny": ["+15550000002"]}));
    assert_eq!(
        code(&send(&world, &strict, list, json!({})).await),
        "recipient_denied"
    );
    world.state.run_campaigns().await.unwrap();
    assert_eq!(
        recipients(&world).await,
        ["+15550000000", "+15550000001", "+15550000002"]
    );
}

#[tokio::test]
async fn what_the_list_becomes_adds_nobody_and_nothing_dearer() {
    let world = World::new().await;
    let (path, list) = customers(&world, 3).await;
    let limited = ticket(json!({"messages_per_day": 5}));
    let soon = world.clock.now().secs() + 3600;
    let made = send(&world, &limited, list, json!({"schedule": soon})).await;
    let id = made.data()["sms_campaign_id"].clone();
    // Another contact; another number for one; a name for another that makes its text longer.
    let rows = world.get(&format!("{path}/contacts")).await;
    let contacts: Vec<i64> = rows.data()["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["contact_id"].as_i64().unwrap())
        .collect();
    world
        .add(&path, json!({"phone_number": "+15559999999"}))
        .await;
    let change = |contact: i64, body: Value| {
        let path = format!("{path}/contacts/{contact}");
        let world = &world;
        async move { assert_eq!(world.put(&path, &body.to_string()).await.status, 200) }
    };
    change(contacts[0], json!({"phone_number": "+15558888888"})).await;
    change(
        contacts[1],
        json!({"phone_number": "+15550000001", "first_name": "x".repeat(200)}),
    )
    .await;
    world.clock.advance_seconds(3600);
    world.state.run_campaigns().await.unwrap();
    assert_eq!(recipients(&world).await, ["+15550000002"]);
    let view = world.get(&format!("/v3/sms-campaigns/{id}")).await;
    assert_eq!(view.data()["status"], "Sent");
}

#[tokio::test]
async fn a_longer_list_is_an_owners_to_send_to() {
    let world = World::new().await;
    let (_, list) = customers(&world, 1001).await;
    let limited = ticket(json!({"messages_per_day": 100_000}));
    let refused = send(&world, &limited, list, json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), code(&refused)),
        (403, "inspection_limit")
    );
}
