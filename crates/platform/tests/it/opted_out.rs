//! Whoever opted out gets nothing from a key, limited or not; the account's own credentials write to whom they name, as at ClickSend.

use axum::body::Body;
use http::Request;
use postern_guard::{Outcome, Ticket};
use postern_store::kept_opt_outs::{self, KEY_FIELD, KEY_OWNER, hashed_text};
use postern_store::settings::TENANT;
use postern_store::{Lane, lists};
use postern_vault::{Aad, Pepper, Peppers};
use serde_json::{Value, json};

use crate::guarded::ticket;
use crate::world::{Answer, World, acting, as_john};

const OUT: &str = "+15551234567";
const IN: &str = "+15551234568";

async fn send(world: &World, ticket: Option<Ticket>, to: &[&str]) -> Answer {
    let mut request = acting(Request::post("/v3/sms/send"), world.john);
    if let Some(ticket) = ticket {
        request = request.extension(ticket);
    }
    let messages: Vec<Value> = to
        .iter()
        .map(|to| json!({"to": to, "body": "hello"}))
        .collect();
    let body = json!({"messages": messages}).to_string();
    world.call(request.body(Body::from(body)).unwrap()).await
}

fn refused(answer: &Answer) -> (&'static str, String) {
    match answer.extensions.get::<Outcome>() {
        Some(Outcome::Refused(verdicts)) => (verdicts[0].code, verdicts[0].sentence()),
        other => panic!("{other:?} {answer:?}"),
    }
}

async fn opt_out_list(world: &World) -> i64 {
    let john = world.john;
    let list = world.store.read(move |tx| lists::opt_out(tx, john)).await;
    list.unwrap().expect("every account has one").list_id
}

#[tokio::test]
async fn no_key_writes_to_somebody_on_the_opt_out_list() {
    let world = World::new().await;
    let list = opt_out_list(&world).await;
    assert_eq!(send(&world, None, &[OUT]).await.data()["queued_count"], 1);
    world.clock.advance_seconds(600);
    let put = acting(
        Request::post(format!("/v3/lists/{list}/contacts")),
        world.john,
    );
    let put = put
        .body(Body::from(json!({"phone_number": OUT}).to_string()))
        .unwrap();
    assert_eq!(world.call(put).await.status, 200);

    let answer = send(&world, None, &[IN, OUT]).await;
    assert_eq!(answer.status, 403);
    let (code, sentence) = refused(&answer);
    assert_eq!(code, "opted_out");
    assert!(
        sentence.contains("messages[1]") && sentence.ends_with("Resending will not help."),
        "{sentence}"
    );
    assert_eq!(send(&world, None, &[IN]).await.data()["queued_count"], 1);

    let limited = ticket(json!({"messages_per_day": 3}));
    let previewed = send(&world, Some(limited.for_dry_run()), &[OUT]).await;
    let Some(Outcome::Previewed(preview)) = previewed.extensions.get() else {
        panic!("{previewed:?}")
    };
    assert!(preview.knows_opt_outs());
    let against: Vec<_> = preview
        .verdicts
        .iter()
        .filter(|verdict| !verdict.passed)
        .collect();
    assert_eq!(against.len(), 1);
    assert_eq!(against[0].code, "opted_out");
    assert_eq!(
        refused(&send(&world, Some(limited), &[OUT]).await).0,
        "opted_out"
    );

    // With the account's own credentials.
    let native = as_john(Request::post("/v3/sms/send"));
    let body = json!({"messages": [{"to": OUT, "body": "again"}]}).to_string();
    let answer = world.call(native.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.data()["queued_count"], 1);
}

#[tokio::test]
async fn nor_to_somebody_who_opted_out_and_was_erased() {
    let world = World::new().await;
    let aad = Aad {
        tenant: TENANT,
        owner: KEY_OWNER,
        field: KEY_FIELD,
    };
    let pepper = Pepper::create(1);
    let sealed = world
        .vault
        .seal(&aad, secrecy::ExposeSecret::expose_secret(&pepper.secret))
        .0;
    let hash = Peppers::new([pepper])
        .unwrap()
        .hash_current(hashed_text(world.john, OUT).as_bytes());
    let (john, now) = (world.john, world.clock.now());
    world
        .store
        .write(Lane::CONTROL, move |tx| {
            kept_opt_outs::keep_key(tx, &sealed)?;
            kept_opt_outs::keep(tx, john, &hash.hash, now)
        })
        .await
        .unwrap();
    assert_eq!(
        refused(&send(&world, None, &[IN, OUT]).await).0,
        "opted_out"
    );
    assert_eq!(send(&world, None, &[IN]).await.data()["queued_count"], 1);
}
